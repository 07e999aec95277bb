/** What is wrong with an option of a middleware: the message names option and value. */
export function optionError(middleware: string, option: string, value: unknown): TypeError {
  return new TypeError(`${middleware}: ${option} is ${describeValue(value)}`);
}

/** Checks an option that counts something. Throws a TypeError. */
export function checkCount(middleware: string, option: string, value: unknown): void {
  if (!Number.isSafeInteger(value) || (value as number) < 0) {
    throw optionError(middleware, `${option} must be a whole number, 0 or more;`, value);
  }
}

function describeValue(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
