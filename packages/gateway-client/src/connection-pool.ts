import type { Wire } from './wire.ts';

/** The idle connections to one upstream; the one used last is used first. */
export class ConnectionPool {
  readonly #most: number;
  readonly #timeout: number;
  readonly #idle: Wire[] = [];
  #closed = false;

  constructor(most: number, timeout: number) {
    this.#most = most;
    this.#timeout = timeout;
  }

  /** Connections that wait. */
  get size(): number {
    return this.#idle.length;
  }

  /** Whether a connection could be kept at all. */
  get keeps(): boolean {
    return this.#most > 0 && !this.#closed;
  }

  /** A connection that nobody uses; undefined where there is none. */
  take(): Wire | undefined {
    const wire = this.#idle.pop();
    wire?.wake();
    return wire;
  }

  /** Keeps a connection whose response has ended, or closes it. */
  put(wire: Wire): void {
    if (!this.keeps || !wire.isClean) {
      wire.destroy();
      return;
    }
    if (this.#idle.length >= this.#most) {
      this.#idle.shift()?.destroy();
    }
    this.#idle.push(wire);
    // what an upstream says without being asked, its end included, makes a connection useless
    wire.sleep(this.#timeout, () => this.#drop(wire));
  }

  #drop(wire: Wire): void {
    const at = this.#idle.indexOf(wire);
    if (at !== -1) {
      this.#idle.splice(at, 1);
    }
    wire.destroy();
  }

  /** Closes what is idle, and keeps nothing from now on. */
  close(): void {
    this.#closed = true;
    for (const wire of this.#idle.splice(0)) {
      wire.destroy();
    }
  }
}
