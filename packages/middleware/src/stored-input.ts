import type { InputStream } from '@tsgi/types';
import { Store } from './store.ts';

const ITERATION_SIZE = 65_536;

/** A request body that is kept, so that it can be read again. */
export class StoredInput implements InputStream {
  readonly #store: Store;
  readonly #source: InputStream | undefined;
  #position = 0;

  /**
   * @param memory how many octets are kept in memory; a larger body goes to a temporary file
   * @param source where to read what is not stored yet; without it, what is stored is all there is
   */
  constructor(memory: number | Store, source?: InputStream) {
    this.#store = typeof memory === 'number' ? new Store(memory) : memory;
    this.#source = source;
  }

  /** Octets stored. */
  get size(): number {
    return this.#store.size;
  }

  /** Stores the next octets of the body. Throws what the file system throws, such as ENOSPC. */
  store(octets: Uint8Array): void {
    this.#store.write(octets);
  }

  /** The same body from its first octet. */
  again(): StoredInput {
    return new StoredInput(this.#store, this.#source);
  }

  read(size?: number): Uint8Array {
    if (size !== undefined && !(Number.isSafeInteger(size) && size >= 0)) {
      throw new RangeError(`tsgi.input.read takes a whole number of octets; got ${String(size)}`);
    }
    this.#fetch(size);
    const octets = this.#store.read(this.#position, size ?? this.size - this.#position);
    this.#position += octets.byteLength;
    return octets;
  }

  *[Symbol.iterator](): Generator<Uint8Array, void, undefined> {
    for (
      let octets = this.read(ITERATION_SIZE);
      octets.byteLength > 0;
      octets = this.read(ITERATION_SIZE)
    ) {
      yield octets;
    }
  }

  /** Gives up what is stored; safe to call again. */
  close(): void {
    this.#store.close();
  }

  #fetch(size: number | undefined): void {
    if (this.#source === undefined) {
      return;
    }
    const missing = size === undefined ? undefined : this.#position + size - this.size;
    if (missing === undefined) {
      for (const octets of this.#source) {
        this.store(octets);
      }
    } else if (missing > 0) {
      this.store(this.#source.read(missing));
    }
  }
}
