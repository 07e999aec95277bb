import { closeSync, openSync, readSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';

/** Follows a file to which somebody appends text, from its creation on. */
export class FollowedFile {
  readonly #path: string;
  readonly #onText: (text: string) => void;
  readonly #watcher: ReturnType<typeof watch>;
  readonly #decoder = new TextDecoder();
  readonly #buffer = new Uint8Array(16_384);
  #file: number | undefined;

  /** The folder of the file must be there. */
  constructor(path: string, onText: (text: string) => void) {
    this.#path = path;
    this.#onText = onText;
    const name = basename(path);
    this.#watcher = watch(dirname(path), { persistent: false }, (_event, changed) => {
      if (changed === name) this.collect();
    });
  }

  /** Hands on what has been appended since the last time. */
  collect(): void {
    this.#file ??= openIfThere(this.#path);
    if (this.#file === undefined) return;
    for (let size = 1; size > 0; ) {
      size = readSync(this.#file, this.#buffer, 0, this.#buffer.length, null);
      if (size > 0) this.#onText(this.#decoder.decode(this.#buffer.subarray(0, size), STREAM));
    }
  }

  /** Hands on the rest, and lets go. */
  close(): void {
    this.#watcher.close();
    this.collect();
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

const STREAM = { stream: true };

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch {
    return undefined;
  }
}
