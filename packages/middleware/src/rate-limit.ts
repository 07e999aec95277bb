import type { AsyncMiddleware, Environ } from '@tsgi/types';
import { editStart } from './edit-start.ts';
import { type EitherMiddleware, either } from './either.ts';
import { ExpiringMap } from './expiring-map.ts';
import { type Maybe, mapMaybe } from './maybe.ts';
import { checkCount, optionError } from './option-error.ts';
import { ownAnswer } from './own-answer.ts';
import type { Result } from './result.ts';

/** What a store says of one key. */
export interface Hits {
  /** Requests in the current window, this one included. */
  readonly count: number;
  /** Milliseconds until the window ends. */
  readonly resetIn: number;
}

/** Where requests are counted; one that is shared lets several servers keep one limit. */
export interface AsyncRateLimitStore {
  /** Counts one request of a key in a window of so many milliseconds, as one step. */
  hit(key: string, window: number): Maybe<Hits>;
}

/** A store that answers at once. */
export interface RateLimitStore extends AsyncRateLimitStore {
  hit(key: string, window: number): Hits;
}

/** How `rateLimit` works. */
export interface RateLimitOptions<Store extends AsyncRateLimitStore = RateLimitStore> {
  /** Requests in one window. */
  readonly limit: number;
  /** Milliseconds. */
  readonly window: number;
  /** Whom a request counts for; `undefined` counts for nobody. Default: the client's address. */
  readonly key?: (environ: Environ) => string | undefined;
  /** Where to count. Default: in the memory of this process. */
  readonly store?: Store;
  /** The name of the limit in the response. Default `default`. */
  readonly name?: string;
}

/**
 * Answers with 429 what exceeds so many requests of one client in a window of time, and tells every
 * client in RateLimit and RateLimit-Policy what is left to it. A store that answers with a promise
 * needs the asynchronous profile; where a store fails, so does the request. Throws a TypeError for
 * a wrong option.
 */
export function rateLimit(options: RateLimitOptions): EitherMiddleware;
export function rateLimit(options: RateLimitOptions<AsyncRateLimitStore>): AsyncMiddleware;
export function rateLimit(options: RateLimitOptions<AsyncRateLimitStore>): EitherMiddleware {
  const { limit, window, key = clientKey, store = memoryStore(), name = 'default' } = options;
  checkCount('rateLimit', 'limit', limit);
  checkCount('rateLimit', 'window', window);
  if (!/^[\w-]+$/.test(name)) {
    throw optionError('rateLimit', 'name must be letters, digits, _ or -;', name);
  }
  const policy = ['RateLimit-Policy', `"${name}";q=${limit};w=${seconds(window)}`] as const;
  return either((application) => (environ, startResponse) => {
    const who = key(environ);
    if (who === undefined) {
      return application(environ, startResponse);
    }
    return mapMaybe(store.hit(who, window), ({ count, resetIn }) => {
      const left = Math.max(0, limit - count);
      const told = [policy, ['RateLimit', `"${name}";r=${left};t=${seconds(resetIn)}`]] as const;
      if (count > limit) {
        const retry = ['Retry-After', String(Math.max(1, seconds(resetIn)))] as const;
        return ownAnswer(startResponse, '429 Too Many Requests', [...told, retry]);
      }
      const telling = editStart(startResponse, ({ status, headers }) => ({
        status,
        headers: [...headers, ...told],
      }));
      return application(environ, telling);
    }) as Result;
  });
}

const seconds = (milliseconds: number): number => Math.ceil(milliseconds / 1000);

/**
 * The address of the client, of IPv6 the first 64 bits: whoever has one address there has them all.
 */
export function clientKey(environ: Environ): string | undefined {
  const address = environ.REMOTE_ADDR;
  return address?.includes(':') === true ? networkOf(address) : address;
}

function networkOf(address: string): string {
  const [head = '', tail] = address.toLowerCase().split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const mapped = last.at(-1);
  if (mapped?.includes('.') === true) {
    return mapped;
  }
  const missing = tail === undefined ? 0 : 8 - first.length - last.length;
  const groups = [...first, ...Array<string>(Math.max(0, missing)).fill('0'), ...last];
  return `${groups.slice(0, 4).join(':')}::/64`;
}

interface Window {
  count: number;
  readonly end: number;
}

/** Counts in the memory of this process, in fixed windows that begin with a key's first request. */
export function memoryStore(now: () => number = () => performance.now()): RateLimitStore {
  const windows = new ExpiringMap<Window>(now);
  return {
    hit(key, window) {
      const time = now();
      const open = windows.get(key);
      if (open !== undefined) {
        open.count += 1;
        return { count: open.count, resetIn: open.end - time };
      }
      windows.set(key, { count: 1, end: time + window });
      return { count: 1, resetIn: window };
    },
  };
}
