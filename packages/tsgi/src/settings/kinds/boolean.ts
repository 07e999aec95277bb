import type { Kind } from './kind.ts';

const WORDS: ReadonlyMap<string, boolean> = new Map([
  ...['true', 'yes', 'on', '1'].map((word) => [word, true] as const),
  ...['false', 'no', 'off', '0'].map((word) => [word, false] as const),
]);

/** On or off; a flag without a value is on, with `--no-` before its name off. */
export const BOOLEAN: Kind<'boolean'> = {
  takes: 'true or false',
  value: '',
  parse: (text) => WORDS.get(text.toLowerCase()),
  read: (value) => (typeof value === 'boolean' ? value : undefined),
  print: String,
  schema: { type: 'boolean' },
};
