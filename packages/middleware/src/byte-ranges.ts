/** Octets of a representation. */
export interface ByteRange {
  /** The first octet, counted from 0. */
  readonly start: number;
  /** The first octet after the range. */
  readonly end: number;
}

/** More ranges than this are not worth their framing, and a way to make a server work. */
const MOST_RANGES = 16;

/**
 * The ranges that a Range field asks for of `size` octets, in the order asked for (RFC 9110,
 * 14.1.2): `undefined` where the field is to be passed over, because it is malformed, of another
 * unit, or asks for too many or overlapping ranges; an empty list where none can be satisfied.
 */
export function parseByteRanges(field: string, size: number): readonly ByteRange[] | undefined {
  const set = /^bytes[ \t]*=(.*)$/i.exec(field.trim())?.[1];
  if (set === undefined) {
    return undefined;
  }
  const specs = set
    .split(',')
    .map((spec) => spec.trim())
    .filter((spec) => spec !== '');
  if (specs.length === 0 || specs.length > MOST_RANGES) {
    return undefined;
  }
  const ranges: ByteRange[] = [];
  for (const spec of specs) {
    const range = parseSpec(spec, size);
    if (range === undefined) {
      return undefined;
    }
    if (range.start < range.end) {
      ranges.push(range);
    }
  }
  return overlap(ranges) ? undefined : ranges;
}

// RFC 9110, 14.1.1: int-range = first-pos "-" [ last-pos ], suffix-range = "-" suffix-length. What
// cannot be satisfied is a range that ends where it starts.
function parseSpec(spec: string, size: number): ByteRange | undefined {
  const found = /^(\d*)-(\d*)$/.exec(spec);
  if (found === null || spec === '-') {
    return undefined;
  }
  const [, first = '', last = ''] = found;
  if (first === '') {
    return { start: Math.max(0, size - Number(last)), end: size };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) {
    return undefined;
  }
  const end = last === '' ? size : Math.min(Number(last) + 1, size);
  return start >= size ? { start: size, end: size } : { start, end };
}

function overlap(ranges: readonly ByteRange[]): boolean {
  const sorted = ranges.toSorted((one, other) => one.start - other.start);
  return sorted.some((range, index) => range.start < (sorted[index - 1]?.end ?? 0));
}
