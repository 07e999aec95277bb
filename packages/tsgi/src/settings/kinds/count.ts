import type { Kind } from './kind.ts';

function parseCount(text: string): number | undefined {
  const count = /^[0-9]{1,16}$/.test(text) ? Number(text) : undefined;
  return Number.isSafeInteger(count) ? count : undefined;
}

function readCount(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined;
}

/** A whole number from 0 on. */
export const COUNT: Kind<'count'> = {
  takes: 'a whole number from 0 on',
  value: 'N',
  parse: parseCount,
  read: readCount,
  print: String,
  schema: { type: 'integer', minimum: 0 },
};

/** A number of processes, or `auto`. */
export const WORKERS: Kind<'workers'> = {
  takes: 'a whole number from 0 on, or auto',
  value: 'N|auto',
  parse: (text) => (text === 'auto' ? text : parseCount(text)),
  read: readCount,
  print: String,
  schema: { anyOf: [{ type: 'integer', minimum: 0 }, { const: 'auto' }] },
};
