import type { Application, Environ } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { type EndedSpan, traceOf, traceparent } from '../src/traceparent.ts';
import { clientBetween } from './between-lints.ts';
import { answering, octets } from './samples.ts';

const telling =
  (read: (environ: Environ) => string | undefined): Application =>
  (environ, startResponse) => {
    startResponse('200 OK', []);
    return [octets(read(environ) ?? '(none)')];
  };

describe('traceparent', () => {
  const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
  const context = telling((environ) => JSON.stringify(traceOf(environ)));
  const ask = (headers: Record<string, string>) =>
    clientBetween(traceparent(), context).get('/', { headers }).json() as Record<string, unknown>;

  test('continues a trace with a span of its own', () => {
    const field = `00-${TRACE}-00f067aa0ba902b7-01`;
    const found = ask({ traceparent: field, tracestate: 'a=1' });
    expect(found).toMatchObject({
      traceId: TRACE,
      parentId: '00f067aa0ba902b7',
      sampled: true,
      state: 'a=1',
    });
    expect(found['spanId']).toMatch(/^[0-9a-f]{16}$/);
    expect(found['traceparent']).toBe(`00-${TRACE}-${String(found['spanId'])}-01`);
  });

  test.each([
    `ff-${TRACE}-00f067aa0ba902b7-01`,
    `00-${TRACE.toUpperCase()}-00f067aa0ba902b7-01`,
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-${TRACE}-0000000000000000-01`,
    `00-${TRACE}-00f067aa0ba902b7-01-more`,
    'x',
  ])('begins a new trace where the field is %s', (field) => {
    const found = ask({ traceparent: field });
    expect(found['traceId']).not.toBe(TRACE);
    expect(found).toMatchObject({ sampled: false });
    expect('parentId' in found).toBe(false);
  });

  test('reads a field of a later version', () => {
    expect(ask({ traceparent: `01-${TRACE}-00f067aa0ba902b7-00-more` })['traceId']).toBe(TRACE);
  });

  test('tells of every request that has ended', () => {
    const ended: EndedSpan[] = [];
    const middleware = traceparent({ sample: () => true, onEnd: (span) => void ended.push(span) });
    clientBetween(middleware, answering('404 Not Found')).get('/x');
    expect(ended).toHaveLength(1);
    expect(ended[0]).toMatchObject({
      context: { sampled: true },
      outcome: { status: 404, aborted: false },
    });
    expect(ended[0]?.duration).toBeGreaterThanOrEqual(0);
  });
});
