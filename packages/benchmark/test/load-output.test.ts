import { describe, expect, test } from 'vitest';
import { parseAutocannonOutput, parseWrkOutput } from '../src/load-output.ts';

const WRK = `Running 1s test @ http://127.0.0.1:18181/
  1 threads and 4 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     6.80ms   15.42ms  83.46ms   87.22%
    Req/Sec    35.69k    28.32k   63.13k    70.00%
  35461 requests in 1.01s, 1.35MB read
Requests/sec:  34963.95
Transfer/sec:      1.33MB
`;

describe('parseWrkOutput', () => {
  test('reads requests and seconds', () => {
    expect(parseWrkOutput(WRK)).toEqual({ requests: 35_461, seconds: 1.01, failures: 0 });
  });

  test.each([
    ['750.00ms', 0.75],
    ['1.50m', 90],
    ['2.00s', 2],
  ])('takes %s for %d seconds', (time, seconds) => {
    expect(parseWrkOutput(WRK.replace('1.01s', time)).seconds).toBeCloseTo(seconds, 9);
  });

  test('adds up what failed, of connections and of responses', () => {
    const output = WRK.replace(
      'Requests/sec',
      '  Socket errors: connect 1, read 20, write 300, timeout 4000\n' +
        '  Non-2xx or 3xx responses: 50000\nRequests/sec',
    );
    expect(parseWrkOutput(output).failures).toBe(54_321);
  });

  test('refuses output without a total, and shows it', () => {
    expect(() => parseWrkOutput('unable to connect\n')).toThrow('unable to connect');
  });
});

describe('parseAutocannonOutput', () => {
  const report = {
    duration: 2.02,
    errors: 3,
    timeouts: 1,
    non2xx: 5,
    requests: { average: 100, total: 202 },
  };

  test('reads requests, seconds and what failed; time-outs are among the errors', () => {
    const count = parseAutocannonOutput(JSON.stringify(report));
    expect(count).toEqual({ requests: 202, seconds: 2.02, failures: 8 });
  });

  test('refuses a report without a number that it needs, and names it', () => {
    const partial = { ...report, requests: {} };
    expect(() => parseAutocannonOutput(JSON.stringify(partial))).toThrow('requests.total');
  });
});
