import { DURATION_BOUNDS, NO_TOTALS, type Totals } from './worker-report.ts';

/** A request that is over. */
export interface FinishedRequest {
  /** As the client wrote it; undefined where no head came to an end. */
  readonly method: string | undefined;
  /** The status sent; undefined where none was. */
  readonly status: number | undefined;
  /** Milliseconds. */
  readonly duration: number;
  /** Octets of content. */
  readonly bytesSent: number;
  readonly bytesReceived: number;
}

/** RFC 9110 section 9 and RFC 5789: others share one label, or a client could make any number. */
const METHODS: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'CONNECT',
  'TRACE',
]);

/** Adds up the requests of a worker. */
export class RequestFigures {
  readonly #requests: Record<string, number> = {};
  readonly #durations: number[] = [...NO_TOTALS.durations];
  #durationSum = 0;
  #bytesSent = 0;
  #bytesReceived = 0;

  /** Counts a request. */
  record(request: FinishedRequest): void {
    const { method = '', status, duration } = request;
    const name = METHODS.has(method) ? method : 'other';
    const key = `${name} ${status === undefined ? 'none' : `${Math.trunc(status / 100)}xx`}`;
    this.#requests[key] = (this.#requests[key] ?? 0) + 1;
    const seconds = duration / 1000;
    const place = DURATION_BOUNDS.findIndex((bound) => seconds <= bound);
    const bucket = place === -1 ? DURATION_BOUNDS.length : place;
    this.#durations[bucket] = (this.#durations[bucket] ?? 0) + 1;
    this.#durationSum += seconds;
    this.#bytesSent += request.bytesSent;
    this.#bytesReceived += request.bytesReceived;
  }

  /** What was counted, with the connections that were accepted. */
  totals(accepted: number): Totals {
    return {
      requests: { ...this.#requests },
      durations: [...this.#durations],
      durationSum: this.#durationSum,
      bytesSent: this.#bytesSent,
      bytesReceived: this.#bytesReceived,
      accepted,
    };
  }
}
