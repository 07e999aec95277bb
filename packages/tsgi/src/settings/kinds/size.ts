import type { Kind } from './kind.ts';

const UNITS = ['', 'k', 'm', 'g', 't'] as const;
const SIZE = /^([0-9]+(?:\.[0-9]+)?)(?:[bB]|([kmgtKMGT])(?:[iI]?[bB])?)?$/;

/** A size in octets: `8mb`, `64kib`, `1g`; k, kb and kib are 1024 octets alike. */
export const SIZE_KIND: Kind<'size'> = {
  takes: 'a size such as 8mb',
  value: 'SIZE',
  parse(text) {
    const match = SIZE.exec(text);
    if (match === null) {
      return undefined;
    }
    const power = UNITS.indexOf((match[2] ?? '').toLowerCase() as (typeof UNITS)[number]);
    return toOctets(Number(match[1]) * 1024 ** power);
  },
  read: (value) => (typeof value === 'number' ? toOctets(value) : undefined),
  print(octets) {
    let rest = octets;
    let power = 0;
    while (rest > 0 && rest % 1024 === 0 && power < UNITS.length - 1) {
      rest /= 1024;
      power += 1;
    }
    return power === 0 ? String(rest) : `${rest}${UNITS[power]}ib`;
  },
  schema: {
    anyOf: [
      { type: 'integer', minimum: 0, description: 'octets' },
      {
        type: 'string',
        pattern: SIZE.source,
        examples: ['8mb', '64kib'],
      },
    ],
  },
};

function toOctets(size: number): number | undefined {
  return Number.isSafeInteger(size) && size >= 0 ? size : undefined;
}
