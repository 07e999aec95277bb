import process from 'node:process';
import type { AsyncApplication, Lifespan, Profile } from '@tsgi/types';
import { createRedis, logChanges } from './redis-link.ts';
import { createSite } from './site.ts';

const { REDIS_URL = 'redis://127.0.0.1:6379', RATE_LIMIT = '60', WHEN_GONE } = process.env;

const redis = createRedis(REDIS_URL);
logChanges(redis, (line) => process.stderr.write(`${line}\n`));

export const profile: Profile = 'async';

export const lifespan: Lifespan = {
  // Not awaited: a server that starts while Redis is gone serves what it can.
  startup() {
    redis.connect().catch(() => {});
  },
  async shutdown() {
    if (redis.isReady) await redis.close();
    else redis.destroy();
  },
};

const app: AsyncApplication = createSite(redis, {
  limit: Number(RATE_LIMIT),
  whenGone: WHEN_GONE === 'allow' ? 'allow' : 'refuse',
});
export default app;
