/** Whether a value is an object with functions under all of these keys. */
export function hasMethods(value: unknown, ...keys: readonly (string | symbol)[]): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    keys.every((key) => typeof Reflect.get(value, key) === 'function')
  );
}
