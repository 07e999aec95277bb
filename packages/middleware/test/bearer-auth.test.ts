import type { Application, Environ } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { bearerAuth } from '../src/bearer-auth.ts';
import { asyncClientBetween, clientBetween } from './between-lints.ts';
import { octets } from './samples.ts';

const telling =
  (read: (environ: Environ) => string | undefined): Application =>
  (environ, startResponse) => {
    startResponse('200 OK', []);
    return [octets(read(environ) ?? '(none)')];
  };

describe('bearerAuth', () => {
  const who = telling((environ) => `${environ.AUTH_TYPE} ${environ.REMOTE_USER}`);
  const site = bearerAuth({ verify: (token) => (token === 'good+/=' ? 'jo' : undefined) });
  const ask = (headers: Record<string, string>) => clientBetween(site, who).get('/', { headers });

  test('tells the application who is there', () => {
    expect(ask({ Authorization: 'Bearer good+/=' }).text()).toBe('Bearer jo');
  });

  test.each([
    [{}, 401, 'Bearer realm="restricted"'],
    [{ Authorization: 'Basic abc' }, 401, 'Bearer realm="restricted"'],
    [{ Authorization: 'Bearer bad' }, 401, 'Bearer realm="restricted", error="invalid_token"'],
    [{ Authorization: 'Bearer a b' }, 400, 'Bearer realm="restricted", error="invalid_request"'],
    [{ Authorization: 'Bearer' }, 400, 'Bearer realm="restricted", error="invalid_request"'],
  ])('answers %j with %i', (headers, status, challenge) => {
    const response = ask(headers);
    expect([response.status, response.header('www-authenticate')]).toEqual([status, challenge]);
  });

  test('waits for a promise', async () => {
    const client = asyncClientBetween(bearerAuth({ verify: async (token) => token }), who);
    expect((await client.get('/', { headers: { Authorization: 'Bearer jo' } })).text()).toBe(
      'Bearer jo',
    );
  });
});
