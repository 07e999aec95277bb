// Rule 1: nothing that a client sends reaches a line of the log but through this file.

const UNSAFE = /["\\]|[^ -~]/g;
const UNSAFE_OUTSIDE = /["\\ [\]]|[^ -~]/g;

/**
 * A value for the inside of a pair of quotes: printable ASCII, where `"` and `\` have a `\` before
 * them and everything else is `\xHH` or `\uHHHH`.
 */
export function escapeQuoted(value: string): string {
  return value.replace(UNSAFE, escapeUnit);
}

/**
 * A value for a field that ends at a space: as inside quotes, and a space is `\x20`. Brackets are
 * escaped too, since readers take them for those around the time.
 */
export function escapeBare(value: string): string {
  return value.replace(UNSAFE_OUTSIDE, escapeUnit);
}

function escapeUnit(unit: string): string {
  if (unit === '"' || unit === '\\') {
    return `\\${unit}`;
  }
  const code = unit.charCodeAt(0);
  return code > 0xff ? `\\u${hex(code, 4)}` : `\\x${hex(code, 2)}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}

/** A value as JSON in printable ASCII: no control of a terminal and no line separator is left. */
export function escapeJson(value: unknown): string {
  return JSON.stringify(value).replace(/[^ -~]/g, (unit) => `\\u${hex(unit.charCodeAt(0), 4)}`);
}
