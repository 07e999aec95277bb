/** The upper bounds of the duration histogram, in seconds; those of Prometheus clients. */
export const DURATION_BOUNDS: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/** What a worker has done since it began, and how it is now. */
export interface WorkerReport {
  /** Responses by `METHOD CLASS`, such as `GET 2xx`; `other` for methods that are not registered. */
  readonly requests: Readonly<Record<string, number>>;
  /** Durations, one count for each bound and one for what is above all of them; not cumulative. */
  readonly durations: readonly number[];
  /** The sum of all durations, in seconds. */
  readonly durationSum: number;
  /** Octets of content. */
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** Connections accepted. */
  readonly accepted: number;
  /** Requests that began. */
  readonly begun: number;
  /** Connections that are open now. */
  readonly connections: number;
  /** Requests that are at work now. */
  readonly active: number;
  /** Resident memory, in octets. */
  readonly rss: number;
  /** By how much the event loop was late since the last report, in seconds: mean and maximum. */
  readonly delayMean: number;
  readonly delayMax: number;
}

/** What never goes down: what of a report outlives its worker. */
export interface Totals {
  readonly requests: Readonly<Record<string, number>>;
  readonly durations: readonly number[];
  readonly durationSum: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly accepted: number;
}

/** Nothing yet. */
export const NO_TOTALS: Totals = {
  requests: {},
  durations: Array.from({ length: DURATION_BOUNDS.length + 1 }, () => 0),
  durationSum: 0,
  bytesSent: 0,
  bytesReceived: 0,
  accepted: 0,
};

/** The sum of two. */
export function addTotals(left: Totals, right: Totals): Totals {
  const requests: Record<string, number> = { ...left.requests };
  for (const [key, count] of Object.entries(right.requests)) {
    requests[key] = (requests[key] ?? 0) + count;
  }
  return {
    requests,
    durations: left.durations.map((count, index) => count + (right.durations[index] ?? 0)),
    durationSum: left.durationSum + right.durationSum,
    bytesSent: left.bytesSent + right.bytesSent,
    bytesReceived: left.bytesReceived + right.bytesReceived,
    accepted: left.accepted + right.accepted,
  };
}
