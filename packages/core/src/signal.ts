import type { CancelSignal } from '@tsgi/types';

/**
 * Makes `tsgi.signal` and aborts it; a runtime that has AbortController gives its own. A handle is
 * what the server keeps of one signal.
 */
export interface SignalSource<Handle = unknown> {
  /** Makes what the server keeps of a signal that nobody has aborted. */
  create(): Handle;
  /** What the application sees of it. */
  signal(handle: Handle): CancelSignal;
  /** Aborts, once; `report` is told of what listeners throw, where the source learns of it. */
  abort(handle: Handle, reason: Error, report: (error: unknown) => void): void;
}

type Listener = () => void;

let abort: SignalSource<RequestSignal>['abort'];

/** `tsgi.signal` without a runtime's AbortSignal: one small object for each request. */
class RequestSignal implements CancelSignal {
  #listeners: Set<Listener> | undefined;
  #reason: Error | undefined;

  static {
    abort = (signal, reason, report) => signal.#abort(reason, report);
  }

  get aborted(): boolean {
    return this.#reason !== undefined;
  }

  get reason(): unknown {
    return this.#reason;
  }

  /** As AbortSignal has it, so that what takes one can take this. */
  throwIfAborted(): void {
    if (this.#reason !== undefined) {
      throw this.#reason;
    }
  }

  addEventListener(type: 'abort', listener: Listener): void {
    if (type === 'abort' && typeof listener === 'function' && this.#reason === undefined) {
      this.#listeners ??= new Set();
      this.#listeners.add(listener);
    }
  }

  removeEventListener(type: 'abort', listener: Listener): void {
    if (type === 'abort') {
      this.#listeners?.delete(listener);
    }
  }

  #abort(reason: Error, report: (error: unknown) => void): void {
    if (this.#reason !== undefined) {
      return;
    }
    this.#reason = reason;
    for (const listener of this.#listeners ?? []) {
      try {
        listener.call(this);
      } catch (error) {
        report(error);
      }
    }
    this.#listeners = undefined;
  }
}

/** Signals that need nothing of the runtime; they are no AbortSignal. */
export const PORTABLE_SIGNALS: SignalSource<RequestSignal> = {
  create: () => new RequestSignal(),
  signal: (handle) => handle,
  abort: (handle, reason, report) => abort(handle, reason, report),
};
