import process from 'node:process';
import { compose } from '@tsgi/middleware/compose';
import { csrf } from '@tsgi/middleware/csrf';
import { errors } from '@tsgi/middleware/errors';
import { formDataAsync } from '@tsgi/middleware/form-data';
import { HttpError } from '@tsgi/middleware/http-error';
import { rateLimit } from '@tsgi/middleware/rate-limit';
import { session, sessionOf } from '@tsgi/middleware/session';
import type { AsyncApplication, StatusLine } from '@tsgi/types';
import type { RedisClientType } from 'redis';
import { redisHits, type RedisHitsOptions } from './redis-hits.ts';
import { redisSessions } from './redis-sessions.ts';

/** What the site is made with. */
export interface SiteOptions extends RedisHitsOptions {
  /** Requests of one client in a minute, however many servers it asks. */
  readonly limit: number;
}

const encoder = new TextEncoder();
const MINUTE = 60_000;

/** `POST /login` with `name=…`, `POST /logout`, and `GET /`, which says who is logged in. */
const visitors: AsyncApplication = async (environ, startResponse) => {
  const answer = (status: StatusLine, text: string): Uint8Array[] => {
    startResponse(status, [
      ['Content-Type', 'text/plain; charset=utf-8'],
      // for the reader of this example: which of the servers it was
      ['X-Server', String(process.pid)],
    ]);
    return [encoder.encode(`${text}\n`)];
  };
  const visit = sessionOf(environ);
  switch (`${environ.REQUEST_METHOD} ${environ.PATH_INFO}`) {
    case 'GET /': {
      const name = visit.get('name');
      return answer('200 OK', `Hello, ${typeof name === 'string' ? name : 'stranger'}`);
    }
    case 'POST /login': {
      const name = (await formDataAsync(environ)).get('name');
      if (name === undefined || name === '') throw new HttpError('400 Bad Request');
      visit.regenerate();
      visit.set('name', name);
      return answer('200 OK', `Welcome, ${name}`);
    }
    case 'POST /logout':
      visit.destroy();
      return answer('200 OK', 'Goodbye');
    default:
      throw new HttpError('404 Not Found');
  }
};

/** The site, over a Redis that all of its servers share. */
export function createSite(
  redis: RedisClientType,
  { limit, whenGone }: SiteOptions,
): AsyncApplication {
  return compose(
    errors(),
    rateLimit({ limit, window: MINUTE, store: redisHits(redis, { whenGone }) }),
    csrf(),
    session({ store: redisSessions(redis) }),
  )(visitors);
}
