/** An error with a code, as the specification asks for them. */
export function codedError(code: string, message: string): Error & { readonly code: string } {
  return Object.assign(new Error(message), { code });
}

/** The `code` of an error; undefined for values that have none. */
export function codeOf(error: unknown): string | undefined {
  const code: unknown = Object(error).code;
  return typeof code === 'string' ? code : undefined;
}

/** Wraps what the code under test threw, so that the server's own errors are told apart. */
export class Thrown extends Error {
  override readonly name: string = 'Thrown';

  constructor(cause: unknown) {
    super('the application threw', { cause });
  }
}
