/** Pulls in one turn of the event loop before other connections have theirs. */
const PULLS_PER_TURN = 32;
/** Octets of a chunk that are written at a time: what a client has to take within `writeTimeout`. */
const LARGEST_PIECE = 262_144;

/** What of a stream tells whether it still holds octets. */
export interface Outlet {
  readonly writableLength: number;
  readonly destroyed: boolean;
}

/** What a gate asks of the sink it belongs to. */
export interface PullGateHost {
  /** Octets wait for the client to take them; called again each time that it has taken some. */
  stalled(): void;
  /** The gate may be open again. */
  resume(): void;
}

/** What of a chunk is still to be written, and how. */
interface Rest {
  readonly octets: Uint8Array;
  readonly write: (piece: Uint8Array) => void;
}

/**
 * Decides when the next chunk of a response is pulled: when the one before is with the operating
 * system, and when the others have had their turn.
 */
export class PullGate {
  readonly #outlet: Outlet;
  readonly #host: PullGateHost;
  #pulls = PULLS_PER_TURN;
  #yielding = false;
  #waiting = false;
  #rest: Rest | undefined;

  constructor(outlet: Outlet, host: PullGateHost) {
    this.#outlet = outlet;
    this.#host = host;
  }

  /** Another response begins on the same outlet. */
  renew(): void {
    this.#pulls = PULLS_PER_TURN;
  }

  /** Whether a chunk can be taken now; after a false `resume()` is called once it can. */
  open(): boolean {
    const outlet = this.#outlet;
    if (outlet.destroyed) {
      return false;
    }
    if (outlet.writableLength > 0 || this.#rest !== undefined) {
      if (!this.#waiting) {
        this.#waiting = true;
        this.#host.stalled();
      }
      return false;
    }
    if (this.#pulls > 0) {
      this.#pulls -= 1;
      return true;
    }
    if (!this.#yielding) {
      this.#yielding = true;
      setImmediate(this.#nextTurn);
    }
    return false;
  }

  /**
   * Writes a chunk; a large one piece by piece, so that it shows whether the client takes it. `write`
   * is to pass `flushed` on, as is all that is written past the gate while `open` may wait.
   */
  send(chunk: Uint8Array, write: (piece: Uint8Array) => void): void {
    if (chunk.byteLength <= LARGEST_PIECE) {
      write(chunk);
    } else {
      this.#rest = { octets: chunk.subarray(LARGEST_PIECE), write };
      write(chunk.subarray(0, LARGEST_PIECE));
    }
  }

  readonly #nextTurn = (): void => {
    this.#pulls = PULLS_PER_TURN;
    this.#yielding = false;
    this.#host.resume();
  };

  /** To be called when a write has reached the operating system. */
  readonly flushed = (): void => {
    const outlet = this.#outlet;
    // what was written since tells by itself; pieces sent for each of many small writes would pile up
    if (outlet.writableLength > 0 || outlet.destroyed) {
      return;
    }
    const rest = this.#rest;
    if (rest !== undefined) {
      this.#rest = undefined;
      this.send(rest.octets, rest.write);
      if (this.#waiting) {
        this.#host.stalled();
      }
    } else if (this.#waiting) {
      this.#waiting = false;
      this.#host.resume();
    }
  };
}
