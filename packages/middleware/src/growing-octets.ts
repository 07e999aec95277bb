/**
 * Octets that are appended one piece after the other, in one array that doubles: a list of pieces
 * would let a client that sends single octets make each of them cost a hundred.
 */
export class GrowingOctets {
  #octets = new Uint8Array(0);
  #size = 0;

  /** Octets appended. */
  get size(): number {
    return this.#size;
  }

  /** Appends a copy. */
  append(octets: Uint8Array): void {
    const needed = this.#size + octets.byteLength;
    if (needed > this.#octets.byteLength) {
      const larger = new Uint8Array(Math.max(needed, this.#octets.byteLength * 2));
      larger.set(this.#octets.subarray(0, this.#size));
      this.#octets = larger;
    }
    this.#octets.set(octets, this.#size);
    this.#size = needed;
  }

  /** A view of what is there from `start` to `end`. */
  view(start = 0, end: number = this.#size): Uint8Array {
    return this.#octets.subarray(start, Math.min(end, this.#size));
  }

  /** Gives up what is there. */
  clear(): void {
    this.#octets = new Uint8Array(0);
    this.#size = 0;
  }
}
