import type { Kind } from './kind.ts';

// Largest first: the order in which the parts of a duration are written.
const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;

const NUMBER = String.raw`[0-9]+(?:\.[0-9]+)?`;
const PARTS = UNITS.map(([unit]) => `(?:(${NUMBER})${unit})?`).join('');
const DURATION = new RegExp(`^(?=[0-9])(?:(${NUMBER})|${PARTS})$`);

/** A duration in milliseconds: `30s`, `1m30s`, `500ms`; a number alone is seconds. */
export const DURATION_KIND: Kind<'duration'> = {
  takes: 'a duration such as 30s',
  value: 'DURATION',
  parse(text) {
    const match = DURATION.exec(text);
    if (match === null) {
      return undefined;
    }
    const [, seconds, ...parts] = match;
    const sum = UNITS.reduce(
      (total, [, factor], index) => {
        return total + Number(parts[index] ?? 0) * factor;
      },
      Number(seconds ?? 0) * 1000,
    );
    return toMilliseconds(sum);
  },
  read: (value) => (typeof value === 'number' ? toMilliseconds(value * 1000) : undefined),
  print(milliseconds) {
    const parts: string[] = [];
    let rest = milliseconds;
    for (const [unit, factor] of UNITS) {
      const count = Math.floor(rest / factor);
      rest -= count * factor;
      if (count > 0) {
        parts.push(`${count}${unit}`);
      }
    }
    return parts.join('') || '0';
  },
  schema: {
    anyOf: [
      { type: 'number', minimum: 0, description: 'seconds' },
      { type: 'string', pattern: DURATION.source, examples: ['30s', '1m30s', '500ms'] },
    ],
  },
};

// 2.3 * 1000 is 2299.9999999999995; a part of a millisecond that was meant is refused, not rounded.
function toMilliseconds(sum: number): number | undefined {
  const rounded = Math.round(sum);
  const exact = Math.abs(sum - rounded) < 1e-6;
  return exact && rounded >= 0 && rounded < 2 ** 31 ? rounded : undefined;
}
