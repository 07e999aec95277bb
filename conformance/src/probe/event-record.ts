import type { PlainData } from '../check.ts';

/** One line of an event log outside the kit's own process. */
export interface EventRecord {
  readonly type: string;
  readonly data?: PlainData;
}

/** Stands for the values that JSON has no word for. */
const TAG = '\u0000tsgi';
const NUMBERS: readonly number[] = [Number.NaN, Infinity, -Infinity, -0];

/** One line, without a newline at its end; `parseEvent` gives the same event back. */
export function buildEvent({ type, data }: EventRecord): string {
  return JSON.stringify([type, data], (_key, value: unknown) => {
    if (value === undefined) return { [TAG]: 'undefined' };
    if (typeof value !== 'number') return value;
    const index = NUMBERS.findIndex((number) => Object.is(number, value));
    return index < 0 ? value : { [TAG]: index };
  });
}

/** Reads what `buildEvent` has written; throws a SyntaxError for anything else. */
export function parseEvent(line: string): EventRecord {
  const [type, data] = restore(JSON.parse(line)) as readonly [unknown, PlainData];
  if (typeof type !== 'string') throw new SyntaxError('an event has no type');
  return data === undefined ? { type } : { type, data };
}

/** JSON.parse with a reviver would drop the members that are undefined. */
function restore(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(restore);
  if (typeof value !== 'object' || value === null) return value;
  const record = value as Readonly<Record<string, unknown>>;
  if (Object.hasOwn(record, TAG)) {
    const tag = record[TAG];
    return typeof tag === 'number' ? NUMBERS[tag] : undefined;
  }
  return Object.fromEntries(Object.entries(record).map(([key, item]) => [key, restore(item)]));
}
