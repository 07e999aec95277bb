/** The `code` of an Error of any realm; undefined for a value that is no Error or has none. */
export function codeOf(error: unknown): string | undefined {
  if (Object.prototype.toString.call(error) !== '[object Error]') {
    return undefined;
  }
  const code: unknown = Reflect.get(error as object, 'code');
  return typeof code === 'string' ? code : undefined;
}
