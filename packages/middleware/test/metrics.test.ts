import { describe, expect, test } from 'vitest';
import { metrics } from '../src/metrics.ts';
import { clientBetween } from './between-lints.ts';
import { lazy } from './samples.ts';

describe('metrics', () => {
  test('counts requests, aborted ones and octets, and not its own', () => {
    const client = clientBetween(metrics({ buckets: [10] }), lazy('200 OK', 'abc', 'def'));
    client.get('/');
    client.post('/');
    client.request('INVENTED', '/');
    client.get('/', { leaveAfter: 3 });
    client.get('/metrics');
    const lines = client.get('/metrics').text().split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'http_requests_total{method="GET",status="200"} 2',
        'http_requests_total{method="POST",status="200"} 1',
        'http_requests_total{method="other",status="200"} 1',
        'http_requests_aborted_total 1',
        'http_requests_in_flight 0',
        'http_request_duration_seconds_bucket{le="10"} 4',
        'http_request_duration_seconds_bucket{le="+Inf"} 4',
        'http_request_duration_seconds_count 4',
      ]),
    );
    expect(lines.find((line) => line.startsWith('http_response_octets_total '))).toMatch(/ 2[14]$/);
  });

  test('tells other machines nothing, unless it is told to', () => {
    const ask = (middleware: ReturnType<typeof metrics>): string =>
      clientBetween(middleware, lazy('200 OK', 'own'), { remoteAddress: '192.0.2.1' })
        .get('/metrics')
        .text();
    expect(ask(metrics())).toBe('own');
    expect(ask(metrics({ allow: () => true }))).toContain('http_requests_total');
  });

  test('refuses wrong options', () => {
    expect(() => metrics({ path: 'x' })).toThrow('metrics: path must begin with /');
    expect(() => metrics({ buckets: [1, 1] })).toThrow('metrics: buckets must ascend');
  });
});
