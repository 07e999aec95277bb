import type { AccessFormatter, AccessRecord } from '@tsgi/middleware/access-log';
import type { LineFile } from './line-file.ts';

/** One line for each request, but for those whose success is of no interest. */
export class AccessLog {
  readonly #file: LineFile;
  readonly #format: AccessFormatter;
  readonly #skip: ReadonlySet<string>;

  /** @param skip paths, as in the request line, whose successful requests have no line */
  constructor(file: LineFile, format: AccessFormatter, skip: readonly string[]) {
    this.#file = file;
    this.#format = format;
    this.#skip = new Set(skip);
  }

  write(record: AccessRecord): void {
    if (!this.#isSkipped(record)) {
      this.#file.write(this.#format(record));
    }
  }

  #isSkipped({ target, status, aborted }: AccessRecord): boolean {
    if (this.#skip.size === 0 || target === undefined || status === undefined) {
      return false;
    }
    const end = target.indexOf('?');
    const path = end === -1 ? target : target.slice(0, end);
    return !aborted && status < 400 && this.#skip.has(path);
  }
}
