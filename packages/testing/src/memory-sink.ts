import type { ResponseHead, ResponseSink } from '@tsgi/core';

/** A response held in memory: what a client would have received. */
export class MemorySink implements ResponseSink {
  readonly chunks: Uint8Array[] = [];
  readonly interim: Array<{ readonly status: number; readonly headers: readonly string[] }> = [];
  trailers: readonly string[] = [];
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

  writeInterim(status: number, _reason: string, headers: readonly string[]): void {
    this.interim.push({ status, headers });
  }

  flushHead(): void {
    // there is no network that the head would have to cross
  }

  writeChunk(chunk: Uint8Array): void {
    this.#received += chunk.byteLength;
    this.chunks.push(chunk.slice());
  }

  end(): void {
    this.state = 'complete';
  }

  endWithTrailers(trailers: readonly string[]): void {
    this.trailers = trailers;
    this.end();
  }

  abort(): void {
    this.state = 'aborted';
  }
}
