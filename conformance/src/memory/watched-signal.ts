import type { CancelSignal } from '@tsgi/types';

type Listener = (this: AbortSignal, event: Event) => unknown;
type Add = (type: string, listener: unknown, options?: object) => void;

/** `tsgi.signal`: an AbortSignal that tells how it is used. */
export class WatchedSignal {
  readonly #controller = new AbortController();
  readonly #thrown: unknown[] = [];
  // The same function for the same listener, so that it can be removed and is not added twice.
  readonly #guards = new WeakMap<object, Listener>();
  #looked = false;
  #unchecked = false;

  constructor() {
    const { signal } = this.#controller;
    const add = signal.addEventListener.bind(signal) as Add;
    const remove = signal.removeEventListener.bind(signal) as Add;
    const isAborted = (): unknown => {
      this.#looked = true;
      return Reflect.get(AbortSignal.prototype, 'aborted', signal);
    };
    const addGuarded: Add = (type, listener, options) => {
      if (type === 'abort' && !this.#looked) this.#unchecked = true;
      add(type, this.#guard(listener), options);
    };
    const removeGuarded: Add = (type, listener, options) => {
      remove(type, this.#guard(listener), options);
    };
    Object.defineProperties(signal, {
      aborted: { configurable: true, get: isAborted },
      addEventListener: { configurable: true, value: addGuarded },
      removeEventListener: { configurable: true, value: removeGuarded },
    });
  }

  /** The entry of the environ. */
  get signal(): CancelSignal & AbortSignal {
    return this.#controller.signal;
  }

  /** What listeners have thrown. */
  get thrown(): readonly unknown[] {
    return this.#thrown;
  }

  /** Whether a listener was added before anybody had looked at `aborted`. */
  get unchecked(): boolean {
    return this.#unchecked;
  }

  /** The client has left. */
  abort(): void {
    this.#controller.abort(new Error('the client has left'));
  }

  #guard(listener: unknown): unknown {
    if (typeof listener !== 'function') return listener;
    const thrown = this.#thrown;
    const guarded =
      this.#guards.get(listener) ??
      function guarded(this: AbortSignal, event: Event): unknown {
        try {
          return Reflect.apply(listener, this, [event]) as unknown;
        } catch (error) {
          thrown.push(error);
          return undefined;
        }
      };
    this.#guards.set(listener, guarded);
    return guarded;
  }
}
