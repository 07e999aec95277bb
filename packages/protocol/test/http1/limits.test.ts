import { describe, expect, test } from 'vitest';
import { HTTP1_LIMITS, type Http1Limits } from '../../src/http1/index.ts';
import { octets } from './notation.ts';
import { bytewise } from './segmentation.ts';
import { traceServer } from './trace.ts';

interface Probe {
  /** A request of which the limit measures so much. */
  readonly request: (measure: number) => string;
  readonly error: string;
  /** Other limits that would be in the way. */
  readonly besides?: Partial<Http1Limits>;
}

const HEAD = 'GET / HTTP/1.1\r\nHost: a\r\n';
const CHUNKED = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n';

/** A head of so many octets, the CR LF of each line counted and the empty line not. */
function headOf(measure: number): string {
  const lines = [HEAD];
  for (let left = measure - HEAD.length; left > 0; ) {
    // a line of 7 octets at least is left for the next one
    const line = left <= 4096 ? left : Math.min(4096, left - 7);
    lines.push(`A: ${'x'.repeat(line - 5)}\r\n`);
    left -= line;
  }
  return `${lines.join('')}\r\n`;
}

/** A body of which extensions and trailers are so many octets. */
function overheadOf(measure: number): string {
  const chunks: string[] = [];
  let left = measure;
  for (; left > 512; left -= 500) {
    chunks.push(`1;${'x'.repeat(499)}\r\nx\r\n`);
  }
  return `${CHUNKED}${chunks.join('')}0\r\nT:${'x'.repeat(left - 4)}\r\n\r\n`;
}

const PROBES: Readonly<Record<keyof Http1Limits, Probe>> = {
  requestLine: {
    request: (measure) => `GET /${'x'.repeat(measure - 14)} HTTP/1.1\r\nHost: a\r\n\r\n`,
    error: 'error ERR_HTTP1_TARGET_TOO_LONG 414',
  },
  head: { request: headOf, error: 'error ERR_HTTP1_HEAD_TOO_LARGE 431' },
  field: {
    request: (measure) => `${HEAD}A: ${'x'.repeat(measure - 3)}\r\n\r\n`,
    error: 'error ERR_HTTP1_HEAD_TOO_LARGE 431',
  },
  fields: {
    request: (measure) => `${HEAD}${'A: b\r\n'.repeat(measure - 1)}\r\n`,
    error: 'error ERR_HTTP1_HEAD_TOO_LARGE 431',
  },
  chunkLine: {
    request: (measure) => `${CHUNKED}0;${'x'.repeat(measure - 2)}\r\n\r\n`,
    error: 'error ERR_HTTP1_CHUNK_OVERHEAD 413',
  },
  chunkOverhead: { request: overheadOf, error: 'error ERR_HTTP1_CHUNK_OVERHEAD 413' },
  emptyLines: {
    request: (measure) => `${'\r\n'.repeat(measure)}${HEAD}\r\n`,
    error: 'error ERR_HTTP1_REQUEST_LINE 400',
  },
};

const LIMITS = Object.keys(HTTP1_LIMITS) as (keyof Http1Limits)[];

/** The last line of the trace, whole and octet by octet. */
function outcomes(request: string, limits: Partial<Http1Limits>): (string | undefined)[] {
  const input = octets(request);
  return [[input], bytewise(input)].map((pieces) => traceServer(pieces, { limits }).at(-1));
}

describe('HTTP1_LIMITS', () => {
  test.each(LIMITS)('%s is taken below and at its default, and not above it', (name) => {
    const { request, error, besides = {} } = PROBES[name];
    const limit = HTTP1_LIMITS[name];
    expect(outcomes(request(limit - 1), besides)).toEqual(['need-data', 'need-data']);
    expect(outcomes(request(limit), besides)).toEqual(['need-data', 'need-data']);
    expect(outcomes(request(limit + 1), besides)).toEqual([error, error]);
  });

  test.each(LIMITS)('%s may be set', (name) => {
    const { request, error } = PROBES[name];
    const limit = name === 'emptyLines' ? 7 : name === 'fields' ? 3 : 100;
    const limits = { [name]: limit };
    expect(outcomes(request(limit - 1), limits)).toEqual(['need-data', 'need-data']);
    expect(outcomes(request(limit), limits)).toEqual(['need-data', 'need-data']);
    expect(outcomes(request(limit + 1), limits)).toEqual([error, error]);
  });

  test('a limit may be higher than its default', () => {
    const limits = { requestLine: 100_000, head: 200_000, field: 150_000 };
    const request = `GET /${'x'.repeat(90_000)} HTTP/1.1\r\nHost: a\r\nA: ${'y'.repeat(90_000)}\r\n\r\n`;
    expect(outcomes(request, limits)).toEqual(['need-data', 'need-data']);
  });

  test('no limit holds for a body', () => {
    const input = octets(
      `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n${'x'.repeat(70_000)}`,
    );
    const limits = Object.fromEntries(LIMITS.map((name) => [name, 100]));
    expect(traceServer([input], { limits }).slice(-2)).toEqual(['end', 'need-data']);
  });
});
