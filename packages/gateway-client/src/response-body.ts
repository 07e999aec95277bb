import type { AsyncBody } from '@tsgi/types';
import type { Exchange } from './exchange.ts';

/** What becomes of a response. */
export interface ResponseEnd {
  /** It has arrived whole. */
  readonly onEnd: (trailers: readonly string[]) => void;
  /** The upstream broke it off. Gives what the server is to be told. */
  readonly onFault: (error: unknown) => unknown;
  /** Nobody wants the rest. */
  readonly onCancel: () => void;
  /** The first piece is not there yet: the head goes out alone. */
  readonly onWait: () => void;
}

/** The content of a response, pulled from the upstream piece by piece. */
export class ResponseBody implements AsyncBody {
  readonly #exchange: Exchange;
  readonly #end: ResponseEnd;
  #state: 'new' | 'begun' | 'over' = 'new';

  constructor(exchange: Exchange, end: ResponseEnd) {
    this.#exchange = exchange;
    this.#end = end;
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined> {
    return {
      next: () => this.#next(),
      return: () => {
        this.#cancel();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }

  async #next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#state === 'over') {
      return { done: true, value: undefined };
    }
    try {
      this.#begin();
      const piece = await this.#exchange.next();
      if (piece instanceof Uint8Array) {
        return { done: false, value: piece };
      }
      this.#leave(() => this.#end.onEnd(piece));
    } catch (error) {
      let reason: unknown = error;
      this.#leave(() => {
        reason = this.#end.onFault(error);
      });
      throw reason;
    }
    return { done: true, value: undefined };
  }

  #begin(): void {
    if (this.#state === 'new') {
      this.#state = 'begun';
      if (!this.#exchange.isReady()) {
        this.#end.onWait();
      }
    }
  }

  // One of end, fault and cancellation, whichever is first
  #leave(how: () => void): void {
    if (this.#state !== 'over') {
      this.#state = 'over';
      how();
    }
  }

  #cancel(): void {
    this.#leave(() => this.#end.onCancel());
  }

  close(): void {
    this.#cancel();
  }
}
