import { type AsyncRateLimitStore, memoryStore } from '@tsgi/middleware/rate-limit';
import type { RedisClientType } from 'redis';
import { answerOf } from './redis-link.ts';

/** How requests are counted. */
export interface RedisHitsOptions {
  /**
   * What becomes of requests while Redis is gone: `refuse` answers them with 503; `allow` lets each
   * server count for itself, so that a client gets as many limits as there are servers.
   */
  readonly whenGone: 'refuse' | 'allow';
}

// A script runs as one step, and time stands still in it: no key can expire between its commands.
const HIT = `
local count = redis.call('INCR', KEYS[1])
if count == 1 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
end
return { count, redis.call('PTTL', KEYS[1]) }
`;

/** Counts requests in Redis, below `rate:`, in windows that begin with a key's first request. */
export function redisHits(
  redis: RedisClientType,
  { whenGone }: RedisHitsOptions,
): AsyncRateLimitStore {
  const own = memoryStore();
  return {
    async hit(key, window) {
      try {
        const run = redis.eval(HIT, { keys: [`rate:${key}`], arguments: [String(window)] });
        const [count, resetIn] = (await answerOf(run)) as [number, number];
        return { count, resetIn };
      } catch (error) {
        if (whenGone === 'refuse') throw error;
        return own.hit(key, window);
      }
    },
  };
}
