import { describe, expect, test } from 'vitest';
import { writeMetrics } from '../../src/control/metric-text.ts';
import { parseMetrics } from './parse-metrics.ts';

describe('writeMetrics', () => {
  test('escapes what labels and help texts may not hold', () => {
    const text = writeMetrics([
      {
        name: 'tsgi_a',
        type: 'gauge',
        help: 'one\\two\nthree',
        samples: [{ labels: { name: 'a"b\\c\nd' }, value: 1 }],
      },
    ]);
    expect(text).toBe(
      '# HELP tsgi_a one\\\\two\\nthree\n# TYPE tsgi_a gauge\ntsgi_a{name="a\\"b\\\\c\\nd"} 1\n',
    );
    expect(parseMetrics(text).size).toBe(1);
  });

  test('writes numbers that are none', () => {
    const samples = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN].map(
      (value, index) => ({ labels: { index: String(index) }, value }),
    );
    const text = writeMetrics([{ name: 'tsgi_a', type: 'gauge', help: 'Numbers.', samples }]);
    expect(text.match(/ \S+$/gm)?.slice(-3)).toEqual([' +Inf', ' -Inf', ' NaN']);
  });
});

describe('parseMetrics', () => {
  test.each([
    ['tsgi_a 1\n', 'does not belong'],
    ['# HELP tsgi_a A.\n# TYPE tsgi_a counter\ntsgi_a 1\n', 'without _total'],
    ['# HELP tsgi_a A.\n# TYPE tsgi_a gauge\ntsgi_a 1\ntsgi_a 2\n', 'comes twice'],
    ['# TYPE tsgi_a gauge\ntsgi_a 1\n', 'without its HELP'],
    ['# HELP tsgi_a A.\n# TYPE tsgi_a gauge\ntsgi_a{b="c} 1\n', 'no sample'],
    ['# HELP tsgi_a A.\n# TYPE tsgi_a gauge\ntsgi_a 1', 'no end'],
  ])('refuses %j', (text, message) => {
    expect(() => parseMetrics(text)).toThrow(message);
  });
});
