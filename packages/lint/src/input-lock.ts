/** Which of the two ways of reading a request body was used first. */
export class InputLock {
  #reader: 'input' | 'async_input' | undefined;

  /** Takes note of a use that did not throw. True where the other way was used before. */
  use(reader: 'input' | 'async_input'): boolean {
    this.#reader ??= reader;
    return this.#reader !== reader;
  }
}
