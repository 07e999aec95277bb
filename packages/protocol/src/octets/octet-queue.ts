const EMPTY = new Uint8Array(0);

/** What was received and not read yet. What it has given out is never written to again. */
export class OctetQueue {
  #octets: Uint8Array = EMPTY;
  #start = 0;
  #end = 0;

  /** Octets not read yet. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** Takes octets over; the caller does not change them afterwards. */
  push(octets: Uint8Array): void {
    if (this.#start === this.#end) {
      this.#octets = octets;
      this.#start = 0;
      this.#end = octets.length;
      return;
    }
    this.#reserve(octets.length);
    this.#octets.set(octets, this.#end);
    this.#end += octets.length;
  }

  // Growing by doubling keeps octets that arrive one at a time at linear cost. Octets that were
  // given to the queue have no room behind their end, so that it never writes to them.
  #reserve(more: number): void {
    if (this.#end + more <= this.#octets.length) {
      return;
    }
    const held = this.length;
    const grown = new Uint8Array(Math.max(256, 2 * (held + more)));
    grown.set(this.#octets.subarray(this.#start, this.#end));
    this.#octets = grown;
    this.#start = 0;
    this.#end = held;
  }

  /** The next `count` octets, or as many as there are, left where they are. */
  view(count: number): Uint8Array {
    return this.#octets.subarray(this.#start, Math.min(this.#end, this.#start + count));
  }

  /** The next `count` octets, or as many as there are. */
  take(count: number): Uint8Array {
    const taken = this.view(count);
    this.#start += taken.length;
    if (this.#start === this.#end) {
      this.clear();
    }
    return taken;
  }

  /** Forgets what was not read. */
  clear(): void {
    this.#octets = EMPTY;
    this.#start = 0;
    this.#end = 0;
  }
}
