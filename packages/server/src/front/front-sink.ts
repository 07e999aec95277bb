import type { ResponseHead, ResponseSink } from '@tsgi/core';
import { writeCgiHead } from '@tsgi/protocol/cgi';
import { Deadline } from '../deadline.ts';
import type { FrontProtocol } from './front-request.ts';
import { type Outlet, PullGate, type PullGateHost } from '../transports/pull-gate.ts';

/** How the octets of one response leave: head and content as a CGI program would write them. */
export interface FrontOutput {
  readonly outlet: Outlet;
  /** Writes octets; `flushed` is called when they are with the operating system. */
  write(octets: readonly Uint8Array[], flushed: () => void): void;
  /** Calls when nothing waits to be written, and it is the turn of this response. */
  whenFlushed(flushed: () => void): void;
  /** The response is complete; `flushed` as for `write`. */
  end(flushed: () => void): void;
  /** The response is not complete, and the front is to see that. */
  abort(): void;
}

/** What a sink is told of the response it writes. */
export interface FrontSinkOptions {
  readonly output: FrontOutput;
  readonly protocol: FrontProtocol;
  /** Milliseconds that the front may take no more of the response. */
  readonly writeTimeout: number;
  /** The output can take more. */
  readonly onReady: () => void;
  /** The response is handed over whole, or its application has failed. */
  readonly onEnd: () => void;
  /** The front has taken no more of it in time. */
  readonly onStuck: () => void;
}

/** A response to a web server in front. */
export class FrontSink implements ResponseSink, PullGateHost {
  readonly #options: FrontSinkOptions;
  readonly #output: FrontOutput;
  readonly #gate: PullGate;
  readonly #stall: Deadline;
  #head: Uint8Array | undefined;
  #ended = false;

  constructor(options: FrontSinkOptions) {
    this.#options = options;
    this.#output = options.output;
    this.#gate = new PullGate(options.output.outlet, this);
    this.#stall = new Deadline(options.writeTimeout, options.onStuck);
  }

  /** Whether the response was handed over whole or cut off. */
  get ended(): boolean {
    return this.#ended;
  }

  ready(): boolean {
    return !this.#ended && this.#gate.open();
  }

  stalled(): void {
    this.#stall.set();
    this.#output.whenFlushed(this.#gate.flushed);
  }

  resume(): void {
    this.#stall.lift();
    this.#options.onReady();
  }

  writeHead({ status, reason, headers: all }: ResponseHead): void {
    const { protocol } = this.#options;
    const headers = status === 200 && followsLocation(protocol) ? withoutLocation(all) : all;
    // uWSGI answers with the status line of HTTP, and Apache takes nothing else
    const version = protocol === 'uwsgi' ? 'HTTP/1.1' : undefined;
    this.#head = writeCgiHead({ status, reason, headers }, version);
  }

  writeChunk(chunk: Uint8Array): void {
    this.#gate.send(chunk, this.#writePiece);
  }

  readonly #writePiece = (piece: Uint8Array): void => {
    this.#output.write([...this.#takeHead(), piece], this.#gate.flushed);
  };

  #takeHead(): Uint8Array[] {
    const head = this.#head;
    this.#head = undefined;
    return head === undefined ? [] : [head];
  }

  flushHead(): void {
    this.#output.write(this.#takeHead(), this.#gate.flushed);
  }

  end(): void {
    this.#ended = true;
    const head = this.#takeHead();
    if (head.length > 0) {
      this.#output.write(head, ignore);
    }
    this.#stall.set();
    this.#output.end(() => this.#stall.lift());
    this.#options.onEnd();
  }

  abort(): void {
    this.closed();
    this.#output.abort();
    this.#options.onEnd();
  }

  /** Nothing can be written any more. */
  closed(): void {
    this.#ended = true;
    this.#stall.lift();
  }
}

function ignore(): void {}

/** Whether Apache takes `Status: 200` with a Location for a redirect, which it follows itself. */
function followsLocation(protocol: FrontProtocol): boolean {
  return protocol === 'cgi' || protocol === 'scgi';
}

// RFC 9110 section 10.2.2: beside 200 it means nothing
function withoutLocation(headers: readonly string[]): readonly string[] {
  return headers.filter((_, at) => headers[at - (at % 2)]?.toLowerCase() !== 'location');
}
