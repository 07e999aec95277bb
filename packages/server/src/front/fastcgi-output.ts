import type { Socket } from 'node:net';
import { type FastCgiServer, NO_RECORD } from '@tsgi/protocol/fastcgi';
import { Deadline } from '../deadline.ts';
import type { FrontOutput } from './front-sink.ts';
import { cutOff, writeTogether } from './socket-output.ts';

const NOTHING = new Uint8Array(0);

/** What writes the responses of one connection, which take turns where the front is slow to read. */
export class FastCgiOutputs {
  readonly socket: Socket;
  readonly engine: FastCgiServer;
  readonly #waiting = new Set<() => void>();
  readonly #stall: Deadline;
  #awaited = false;
  #cut = false;

  /** @param writeTimeout milliseconds that the front may leave what shows a cut unread */
  constructor(socket: Socket, engine: FastCgiServer, writeTimeout: number) {
    this.socket = socket;
    this.engine = engine;
    this.#stall = new Deadline(writeTimeout, () => socket.destroy());
  }

  /** Calls back when nothing waits to be written, one after the other. */
  whenFlushed(flushed: () => void): void {
    this.#waiting.add(flushed);
    this.#await();
  }

  #await(): void {
    // after a cut nobody has anything to write, and what is written would undo it
    if (!this.#awaited && !this.#cut) {
      this.#awaited = true;
      this.socket.write(NOTHING, this.#flushed);
    }
  }

  readonly #flushed = (): void => {
    this.#awaited = false;
    if (this.socket.destroyed) {
      return;
    }
    const [next] = this.#waiting;
    if (next !== undefined && this.socket.writableLength === 0) {
      this.#waiting.delete(next);
      next();
    }
    if (this.#waiting.size > 0) {
      this.#await();
    }
  };

  /** Ends the connection so that a response on it which is not complete does not look whole. */
  cutOff(): void {
    const { socket } = this;
    if (this.#cut) {
      // the record may still be on its way: without it the front would see an orderly end
      return;
    }
    this.#cut = true;
    if (socket.writableLength > 0) {
      cutOff(socket);
      return;
    }
    this.#stall.set();
    socket.once('close', () => this.#stall.lift());
    socket.write(NO_RECORD);
    socket.destroySoon();
  }
}

/** The response to one request. */
export class FastCgiOutput implements FrontOutput {
  readonly #outputs: FastCgiOutputs;
  readonly #requestId: number;
  readonly #onAbort: () => void;

  /** @param onAbort the response is not complete: the connection is to show it */
  constructor(outputs: FastCgiOutputs, requestId: number, onAbort: () => void) {
    this.#outputs = outputs;
    this.#requestId = requestId;
    this.#onAbort = onAbort;
  }

  get outlet(): Socket {
    return this.#outputs.socket;
  }

  write(octets: readonly Uint8Array[], flushed: () => void): void {
    const { socket, engine } = this.#outputs;
    const records = octets.flatMap((part) => engine.sendStdout(this.#requestId, part));
    writeTogether(socket, records, flushed);
  }

  whenFlushed(flushed: () => void): void {
    this.#outputs.whenFlushed(flushed);
  }

  end(flushed: () => void): void {
    this.#end(0, flushed);
  }

  #end(status: number, flushed: () => void): void {
    const { socket, engine } = this.#outputs;
    writeTogether(socket, engine.sendEnd(this.#requestId, status), flushed);
  }

  /** The front does not want the rest: section 5.4. */
  endAborted(): void {
    this.#end(ABORTED, () => {});
  }

  abort(): void {
    this.#onAbort();
  }
}

/** The exit status for a request that the front has aborted. */
const ABORTED = 1;
