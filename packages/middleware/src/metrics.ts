import type { Environ, Outcome } from '@tsgi/types';
import { type EitherMiddleware, either } from './either.ts';
import { isLocalClient } from './local-client.ts';
import { optionError } from './option-error.ts';

/** How `metrics` works. */
export interface MetricsOptions {
  /** The canonical path, SCRIPT_NAME included, at which they are read. Default `/metrics`. */
  readonly path?: string;
  /** Bounds of the duration histogram in seconds, ascending. Default: 12 from 1 ms to 10 s. */
  readonly buckets?: readonly number[];
  /** Who may read them; for others the path is one of the application's. Default: this machine. */
  readonly allow?: (environ: Environ) => boolean;
}

const DEFAULT_BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const encoder = new TextEncoder();

/**
 * Counts requests, durations and octets of this process, and answers `path` with them in the
 * Prometheus text format, where this machine asks. Reading them is not counted. Throws a TypeError for a wrong option.
 */
export function metrics(options: MetricsOptions = {}): EitherMiddleware {
  const { path = '/metrics', buckets = DEFAULT_BUCKETS, allow = isLocalClient } = options;
  if (!path.startsWith('/')) {
    throw optionError('metrics', 'path must begin with /;', path);
  }
  if (buckets.some((bound, index) => !(bound > (buckets[index - 1] ?? 0)))) {
    throw optionError('metrics', 'buckets must ascend from above 0;', buckets.join(', '));
  }
  const meter = new Meter(buckets);
  return either((application) => (environ, startResponse) => {
    if (environ.SCRIPT_NAME + environ.PATH_INFO === path && allow(environ)) {
      const text = encoder.encode(meter.write());
      startResponse('200 OK', [
        ['Content-Type', 'text/plain; version=0.0.4; charset=utf-8'],
        ['Content-Length', String(text.byteLength)],
        ['Cache-Control', 'no-store'],
      ]);
      return [text];
    }
    meter.begin(environ);
    return application(environ, startResponse);
  });
}

class Meter {
  readonly #buckets: readonly number[];
  readonly #requests = new Map<string, number>();
  readonly #histogram: number[];
  #durations = 0;
  #octets = 0;
  #running = 0;
  #aborted = 0;

  constructor(buckets: readonly number[]) {
    this.#buckets = buckets;
    this.#histogram = Array.from({ length: buckets.length + 1 }, () => 0);
  }

  begin(environ: Environ): void {
    const from = performance.now();
    // a method that anybody can invent must not make a new series
    const method = METHODS.has(environ.REQUEST_METHOD) ? environ.REQUEST_METHOD : 'other';
    this.#running += 1;
    environ['tsgi.on_finish']((outcome) =>
      this.#end(method, outcome, (performance.now() - from) / 1000),
    );
  }

  #end(method: string, outcome: Outcome, duration: number): void {
    const labels = `method="${method}",status="${outcome.status ?? 'none'}"`;
    this.#requests.set(labels, (this.#requests.get(labels) ?? 0) + 1);
    const bucket = this.#buckets.findIndex((bound) => duration <= bound);
    const index = bucket === -1 ? this.#buckets.length : bucket;
    this.#histogram[index] = (this.#histogram[index] ?? 0) + 1;
    this.#durations += duration;
    this.#octets += outcome.bytesSent;
    this.#running -= 1;
    this.#aborted += outcome.aborted ? 1 : 0;
  }

  write(): string {
    const lines = [
      ...series('http_requests_total', 'counter', 'Requests that have ended.'),
      ...[...this.#requests].map(([labels, count]) => `http_requests_total{${labels}} ${count}`),
      ...series('http_requests_aborted_total', 'counter', 'Responses that no client got whole.'),
      `http_requests_aborted_total ${this.#aborted}`,
      ...series('http_requests_in_flight', 'gauge', 'Requests that have not ended.'),
      `http_requests_in_flight ${this.#running}`,
      ...series('http_response_octets_total', 'counter', 'Octets of content sent.'),
      `http_response_octets_total ${this.#octets}`,
      ...series('http_request_duration_seconds', 'histogram', 'From the call to the end.'),
      ...this.#writeHistogram(),
    ];
    return `${lines.join('\n')}\n`;
  }

  #writeHistogram(): readonly string[] {
    let sum = 0;
    const bounds = [...this.#buckets.map(String), '+Inf'];
    const rows = bounds.map((bound, index) => {
      sum += this.#histogram[index] ?? 0;
      return `http_request_duration_seconds_bucket{le="${bound}"} ${sum}`;
    });
    return [
      ...rows,
      `http_request_duration_seconds_sum ${this.#durations}`,
      `http_request_duration_seconds_count ${sum}`,
    ];
  }
}

function series(name: string, type: string, help: string): readonly string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}
