import type { AsyncSessionStore, SessionData } from '@tsgi/middleware/session';
import type { RedisClientType } from 'redis';
import { answerOf } from './redis-link.ts';

/**
 * Sessions in Redis, as JSON below `session:`. Redis forgets them when they have expired. While it
 * is gone, a request with a session is answered with 503; one without has nothing to do with it.
 */
export function redisSessions(redis: RedisClientType): AsyncSessionStore {
  return {
    async get(key) {
      const text = await answerOf(redis.get(`session:${key}`));
      return text === null ? undefined : (JSON.parse(text) as SessionData);
    },
    async set(key, data, seconds, isNew) {
      const expiration = { type: 'EX', value: seconds } as const;
      // XX: only where there is one, in the same step
      const condition = isNew ? {} : ({ condition: 'XX' } as const);
      const value = JSON.stringify(data);
      await answerOf(redis.set(`session:${key}`, value, { expiration, ...condition }));
    },
    async delete(key) {
      await answerOf(redis.del(`session:${key}`));
    },
  };
}
