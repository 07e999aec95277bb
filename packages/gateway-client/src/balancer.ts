import type { Upstream } from './upstream.ts';

/** Chooses among upstreams by smooth weighted round-robin, as nginx does; backups come last. */
export class Balancer {
  readonly #upstreams: readonly Upstream[];

  constructor(upstreams: readonly Upstream[]) {
    this.#upstreams = upstreams;
  }

  /** Whether there is one upstream only, which marks cannot make unavailable. */
  get alone(): boolean {
    return this.#upstreams.length === 1;
  }

  /** The next upstream that is available and not among those; undefined where there is none. */
  pick(now: number, tried: ReadonlySet<Upstream>): Upstream | undefined {
    const free = this.#upstreams.filter(
      (upstream) => !tried.has(upstream) && upstream.isAvailable(now, this.alone),
    );
    const first = free.filter(({ settings }) => !settings.backup);
    return chooseByWeight(first.length > 0 ? first : free);
  }

  /** In how many seconds one of them may be available: at least 1, for Retry-After. */
  retryAfter(now: number): number {
    const waits = this.#upstreams.map((upstream) => upstream.availableIn(now));
    return Math.max(1, Math.ceil(Math.min(...waits) / 1000));
  }
}

// Each gains its weight, the one that has most is chosen and pays the sum: a, a, b, a for 3 to 1.
function chooseByWeight(upstreams: readonly Upstream[]): Upstream | undefined {
  let total = 0;
  let best: Upstream | undefined;
  for (const upstream of upstreams) {
    upstream.currentWeight += upstream.settings.weight;
    total += upstream.settings.weight;
    if (best === undefined || upstream.currentWeight > best.currentWeight) {
      best = upstream;
    }
  }
  if (best !== undefined) {
    best.currentWeight -= total;
  }
  return best;
}
