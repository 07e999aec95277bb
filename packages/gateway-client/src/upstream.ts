import type { ErrorStream } from '@tsgi/types';
import { ConnectionPool } from './connection-pool.ts';
import type { UpstreamCounters, UpstreamEvent, UpstreamEventType } from './events.ts';
import type { UpstreamSettings } from './settings.ts';

const NO_EVENTS: Readonly<Record<UpstreamEventType, number>> = {
  connected: 0,
  reused: 0,
  stale: 0,
  responded: 0,
  failed: 0,
  'passed-on': 0,
  down: 0,
  up: 0,
  ended: 0,
  truncated: 0,
  cancelled: 0,
};

/** What an upstream tells, and where complaints about the listener go. */
export interface UpstreamReport {
  readonly listener: ((event: UpstreamEvent) => void) | undefined;
  readonly errors: ErrorStream;
}

/** One upstream: its marks of failure, its connections, its figures. */
export class Upstream {
  readonly settings: UpstreamSettings;
  readonly pool: ConnectionPool;
  /** The state of the smooth weighted round-robin. */
  currentWeight = 0;
  readonly #events = { ...NO_EVENTS };
  #active = 0;
  #fails = 0;
  /** When it failed last, and when it was last tried after a mark: milliseconds of one clock. */
  #failedAt = Number.NEGATIVE_INFINITY;
  #checkedAt = Number.NEGATIVE_INFINITY;

  constructor(settings: UpstreamSettings, keepAliveTimeout: number) {
    this.settings = settings;
    this.pool = new ConnectionPool(settings.keepAlive, keepAliveTimeout);
  }

  /** Whether it may be given a request; one without rivals is never marked, as in nginx. */
  isAvailable(now: number, alone: boolean): boolean {
    const { maxConnections } = this.settings;
    const busy = maxConnections > 0 && this.#active >= maxConnections;
    return !busy && (alone || this.availableIn(now) === 0);
  }

  /** How long it stays marked, in milliseconds; 0 where it is not. */
  availableIn(now: number): number {
    const { failTimeout } = this.settings;
    return this.#isMarked() ? Math.max(0, this.#checkedAt + failTimeout - now) : 0;
  }

  #isMarked(): boolean {
    const { maxFails } = this.settings;
    return maxFails > 0 && this.#fails >= maxFails;
  }

  /** Notes that a request is given to it. After its time, a marked one gets one request to prove itself. */
  begin(now: number): void {
    this.#active += 1;
    if (now - this.#checkedAt >= this.settings.failTimeout) {
      this.#checkedAt = now;
    }
  }

  /** Notes that a request is over. */
  end(): void {
    this.#active -= 1;
  }

  /** Notes a failure; whether it is marked by it. */
  fail(now: number): boolean {
    const wasMarked = this.#isMarked();
    this.#fails += 1;
    this.#failedAt = now;
    this.#checkedAt = now;
    return !wasMarked && this.#isMarked();
  }

  /** Notes an answer; whether a mark goes by it. */
  succeed(): boolean {
    const wasMarked = this.#isMarked();
    if (this.#failedAt < this.#checkedAt) {
      this.#fails = 0;
    }
    return wasMarked && !this.#isMarked();
  }

  /** Counts an event and tells the listener of it. */
  tell(event: Omit<UpstreamEvent, 'upstream'>, { listener, errors }: UpstreamReport): void {
    this.#events[event.type] += 1;
    try {
      listener?.({ ...event, upstream: this.settings.url });
    } catch (error) {
      errors.write(`forward: onUpstreamEvent threw ${String(error)}\n`);
    }
  }

  counters(now: number, alone: boolean): UpstreamCounters {
    return {
      url: this.settings.url,
      available: this.isAvailable(now, alone),
      active: this.#active,
      idle: this.pool.size,
      events: { ...this.#events },
    };
  }
}
