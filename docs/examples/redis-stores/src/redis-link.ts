import { HttpError } from '@tsgi/middleware/http-error';
import { createClient, type RedisClientType } from 'redis';

/** Milliseconds. */
const CONNECT_WITHIN = 2000;
const RECONNECT_AT_MOST = 2000;
const ANSWER_WITHIN = 500;
/** Commands in hand at most, so that a Redis that hangs fills no memory. */
const QUEUE = 1000;

function reconnectStrategy(tries: number): number {
  return Math.min(RECONNECT_AT_MOST, 50 * 2 ** tries);
}

/**
 * A client for `redis://HOST:PORT`, `rediss://…` with TLS, or `unix:/PATH`. When the connection is
 * lost it connects again, as often as it takes; commands that come meanwhile fail at once.
 */
export function createRedis(url: string): RedisClientType {
  const common = { reconnectStrategy, connectTimeout: CONNECT_WITHIN };
  const path = /^unix:(\/.*)$/.exec(url)?.[1];
  return createClient({
    ...(path === undefined
      ? { url, socket: common }
      : { socket: { ...common, path, tls: false as const } }),
    disableOfflineQueue: true,
    commandsQueueMaxLength: QUEUE,
  });
}

/** Says once that Redis is gone, and once that it is back. */
export function logChanges(redis: RedisClientType, log: (line: string) => void): void {
  let isGone = false;
  redis.on('error', (error: Error) => {
    if (!isGone) log(`Redis is gone: ${error.message}`);
    isGone = true;
  });
  redis.on('ready', () => {
    if (isGone) log('Redis is back');
    isGone = false;
  });
}

/** The answer to a command; throws a 503 where there is none in time, or an error. */
export async function answerOf<Answer>(command: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const say = (): void => reject(new Error(`Redis has not answered within ${ANSWER_WITHIN} ms`));
    timer = setTimeout(say, ANSWER_WITHIN);
  });
  try {
    return await Promise.race([command, late]);
  } catch (cause) {
    throw new HttpError('503 Service Unavailable', { headers: [['Retry-After', '5']], cause });
  } finally {
    clearTimeout(timer);
  }
}
