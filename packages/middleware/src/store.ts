import { GrowingOctets } from './growing-octets.ts';
import { TemporaryFile } from './temporary-file.ts';

/** Octets in memory up to a threshold, then in a temporary file. */
export class Store {
  readonly #memory: number;
  readonly #held = new GrowingOctets();
  #file: TemporaryFile | undefined;
  #size = 0;

  /** @param memory the threshold in octets */
  constructor(memory: number) {
    this.#memory = memory;
  }

  /** Octets stored. */
  get size(): number {
    return this.#size;
  }

  /** Appends a copy of octets. Throws what the file system throws, such as ENOSPC. */
  write(octets: Uint8Array): void {
    if (this.#file === undefined && this.#size + octets.byteLength > this.#memory) {
      this.#file = new TemporaryFile();
      this.#file.write(this.#held.view());
      this.#held.clear();
    }
    if (this.#file === undefined) {
      this.#held.append(octets);
    } else {
      this.#file.write(octets);
    }
    this.#size += octets.byteLength;
  }

  /** Up to `size` octets from `position`; fewer only at the end. */
  read(position: number, size: number): Uint8Array {
    if (this.#file !== undefined) {
      return this.#file.read(position, size);
    }
    return this.#held.view(position, position + size).slice();
  }

  /** Fills an array with the octets from `position`; says how many there were. */
  readInto(octets: Uint8Array, position: number): number {
    if (this.#file !== undefined) {
      return this.#file.readInto(octets, position);
    }
    const held = this.#held.view(position, position + octets.byteLength);
    octets.set(held);
    return held.byteLength;
  }

  /** Gives up what is stored; safe to call again. */
  close(): void {
    this.#file?.close();
    this.#held.clear();
  }
}
