import type { Body, FileWrapper } from '@tsgi/types';

/** `tsgi.file_wrapper` between the two sides: which of its bodies were closed. */
export class FileWrapperWatch {
  readonly #open: Set<Body> = new Set();

  /** How many bodies were made and neither closed nor handed to the server. */
  get open(): number {
    return this.#open.size;
  }

  /** Stands in for the function of the server. Throws what that throws. */
  wrap(wrapper: FileWrapper): FileWrapper {
    return (...args) => {
      const body = wrapper(...args);
      const standIn: Body = {
        [Symbol.iterator]: () => body[Symbol.iterator](),
        close: () => {
          this.#open.delete(standIn);
          body.close?.();
        },
        ...('tsgi.file' in body ? { 'tsgi.file': body['tsgi.file'] } : {}),
      };
      this.#open.add(standIn);
      return standIn;
    };
  }

  /**
   * Takes note that the server got a body: to close it is the server's duty from here on. True
   * where the server has made it, too.
   */
  handOver(body: unknown): boolean {
    return this.#open.delete(body as Body);
  }
}
