/** A connection that was accepted and waits for a worker, or for one's answer. */
export interface Offer<Handle> {
  readonly listener: number;
  readonly handle: Handle;
}

/** A worker, as far as connections go. */
export interface Taker<Handle> {
  /** Sends the connection; the answer comes by `settle`. False where the worker cannot be reached. */
  send(offer: Offer<Handle>): boolean;
}

interface Place<Handle> {
  offered: Offer<Handle> | undefined;
  connections: number;
  open: boolean;
}

/**
 * Hands out connections: each to the worker that holds the fewest among those that have answered
 * for their last one. A worker that is busy does not answer, so it gets no more than one.
 */
export class Distributor<Handle extends { close(): void }> {
  readonly #places = new Map<Taker<Handle>, Place<Handle>>();
  #waiting: Offer<Handle>[] = [];
  #taken = 0;

  /** Connections that were accepted so far. */
  get taken(): number {
    return this.#taken;
  }

  /** Connections that no worker has yet. */
  get waiting(): number {
    let offered = 0;
    for (const place of this.#places.values()) {
      offered += place.offered === undefined ? 0 : 1;
    }
    return this.#waiting.length + offered;
  }

  /** A worker takes connections from now on. */
  add(taker: Taker<Handle>): void {
    this.#places.set(taker, { offered: undefined, connections: 0, open: true });
    this.#handOut();
  }

  /** A worker gets no more connections; it still answers for the one that it was given. */
  retire(taker: Taker<Handle>): void {
    const place = this.#places.get(taker);
    if (place !== undefined) {
      place.open = false;
    }
  }

  /** A worker is gone: what it has not answered for goes to another one, before all that wait. */
  lose(taker: Taker<Handle>): void {
    const offered = this.#places.get(taker)?.offered;
    this.#places.delete(taker);
    if (offered !== undefined) {
      this.#waiting.unshift(offered);
      this.#handOut();
    }
  }

  /** A connection was accepted. */
  take(offer: Offer<Handle>): void {
    this.#taken += 1;
    this.#waiting.push(offer);
    this.#handOut();
  }

  /** A worker has answered: whether it took the connection, and how many it holds. */
  settle(taker: Taker<Handle>, taken: boolean, connections: number): void {
    const place = this.#places.get(taker);
    const offer = place?.offered;
    if (place === undefined || offer === undefined) {
      return;
    }
    place.offered = undefined;
    place.connections = connections;
    if (taken) {
      // the worker's copy keeps the connection open
      offer.handle.close();
    } else {
      // it has stopped by itself
      place.open = false;
      this.#waiting.unshift(offer);
    }
    this.#handOut();
  }

  /** A worker has said how many connections it holds. */
  count(taker: Taker<Handle>, connections: number): void {
    const place = this.#places.get(taker);
    if (place !== undefined) {
      place.connections = connections;
    }
  }

  /** Closes what waits; nobody is left to take it. */
  abandon(): void {
    for (const { handle } of this.#waiting) {
      handle.close();
    }
    this.#waiting = [];
  }

  #handOut(): void {
    for (;;) {
      const taker = this.#waiting.length === 0 ? undefined : this.#choose();
      if (taker === undefined) {
        return;
      }
      this.#offer(taker, this.#waiting.shift() as Offer<Handle>);
    }
  }

  #offer(taker: Taker<Handle>, offer: Offer<Handle>): void {
    const place = this.#places.get(taker) as Place<Handle>;
    // to the end of the order: among equals the one whose turn was longest ago is next
    this.#places.delete(taker);
    this.#places.set(taker, place);
    if (taker.send(offer)) {
      place.offered = offer;
      place.connections += 1;
    } else {
      place.open = false;
      this.#waiting.unshift(offer);
    }
  }

  #choose(): Taker<Handle> | undefined {
    let chosen: Taker<Handle> | undefined;
    let fewest = Number.POSITIVE_INFINITY;
    for (const [taker, place] of this.#places) {
      if (place.open && place.offered === undefined && place.connections < fewest) {
        chosen = taker;
        fewest = place.connections;
      }
    }
    return chosen;
  }
}
