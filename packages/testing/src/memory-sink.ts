import type { ResponseHead, ResponseSink } from '@tsgi/core';

/** A response held in memory: what a client would have received. */
export class MemorySink implements ResponseSink {
  readonly chunks: Uint8Array[] = [];
  head: ResponseHead | undefined;
  state: 'open' | 'complete' | 'aborted' = 'open';
  readonly #leaveAfter: number;
  readonly #onLeave: () => void;
  #received = 0;

  /**
   * @param leaveAfter octets after which the client leaves
   * @param onLeave called once the client has left, never within a call of the sink
   */
  constructor(leaveAfter: number, onLeave: () => void) {
    this.#leaveAfter = leaveAfter;
    this.#onLeave = onLeave;
  }

  /** Whether the client has left. */
  get left(): boolean {
    return this.state === 'open' && this.#received >= this.#leaveAfter;
  }

  ready(): boolean {
    if (this.left) {
      queueMicrotask(this.#onLeave);
      return false;
    }
    return this.state === 'open';
  }

  writeHead(head: ResponseHead): void {
    this.head = head;
  }

  writeChunk(chunk: Uint8Array): void {
    this.#received += chunk.byteLength;
    this.chunks.push(chunk);
  }

  end(): void {
    this.state = 'complete';
  }

  abort(): void {
    this.state = 'aborted';
  }
}
