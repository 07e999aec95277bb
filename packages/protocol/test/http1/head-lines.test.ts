import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HeadLines, type SentHead } from '../../src/http1/index.ts';

const HEAD: SentHead = {
  status: 200,
  reason: 'OK',
  headers: ['A', 'b'],
  contentLength: undefined,
  hasContent: true,
};

/** Heads that are often the same, and often differ in one thing only. */
const heads = fc.record<SentHead>({
  status: fc.constantFrom(200, 264),
  reason: fc.constantFrom('OK', 'ok', ''),
  headers: fc
    .array(
      fc.tuple(
        fc.constantFrom('A', 'B', 'Content-Length'),
        fc.constantFrom('1', '2', '11', 'x'.repeat(3000)),
      ),
      { maxLength: 3 },
    )
    .map((pairs) => pairs.flat()),
  contentLength: fc.constant(undefined),
  hasContent: fc.constant(true),
});

describe('HeadLines', () => {
  test('writes of a head what a new one writes, whatever it wrote before', () => {
    const extraLines = fc.constantFrom('', 'Date: 1\r\n', 'Date: 2\r\n');
    fc.assert(
      fc.property(fc.array(fc.tuple(heads, extraLines), { maxLength: 40 }), (writes) => {
        const lines = new HeadLines();
        for (const [head, extra] of writes) {
          expect(lines.write(head, extra)).toBe(new HeadLines().write(head, extra));
        }
      }),
    );
  });

  test('takes no notice of a list that changes after it was written', () => {
    const lines = new HeadLines();
    const headers = ['A', 'b'];
    lines.write({ ...HEAD, headers }, '');
    headers[1] = 'c';
    expect(lines.write({ ...HEAD, headers }, '')).toBe('HTTP/1.1 200 OK\r\nA: c\r\n');
    expect(lines.write(HEAD, '')).toBe('HTTP/1.1 200 OK\r\nA: b\r\n');
  });
});
