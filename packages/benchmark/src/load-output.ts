/** What a load generator counted in one run. */
export interface LoadCount {
  /** Responses that came whole. */
  readonly requests: number;
  readonly seconds: number;
  /** Responses that were not 2xx or 3xx, connections that failed, time-outs. */
  readonly failures: number;
}

const SECONDS = { us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 } as const;

/** Reads what wrk prints. Throws a TypeError naming what is missing. */
export function parseWrkOutput(text: string): LoadCount {
  const total = /^\s*(\d+) requests in ([\d.]+)(us|ms|s|m|h),/m.exec(text);
  if (total === null) {
    throw new TypeError(`no total in the output of wrk: ${text.trim()}`);
  }
  const [, requests, time, unit] = total;
  const socketErrors = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(
    text,
  );
  const bad = /Non-2xx or 3xx responses: (\d+)/.exec(text);
  return {
    requests: Number(requests),
    seconds: Number(time) * SECONDS[unit as keyof typeof SECONDS],
    failures: [...(socketErrors ?? []), ...(bad ?? [])].reduce(
      (sum, field) => sum + (/^\d+$/.test(field) ? Number(field) : 0),
      0,
    ),
  };
}

/** Reads what `autocannon --json` prints. Throws where it is no such report. */
export function parseAutocannonOutput(text: string): LoadCount {
  const report = JSON.parse(text) as Record<string, unknown>;
  const requests = (report['requests'] as { total?: unknown } | undefined)?.total;
  return {
    requests: count(requests, 'requests.total'),
    seconds: count(report['duration'], 'duration'),
    failures: count(report['errors'], 'errors') + count(report['non2xx'], 'non2xx'),
  };
}

function count(value: unknown, name: string): number {
  if (typeof value !== 'number' || !(value >= 0)) {
    throw new TypeError(`${name} in the output of autocannon: ${String(value)}`);
  }
  return value;
}
