import { Gateway } from '../src/gateway.ts';
import { bufferedRequestInput, type RequestInput } from '../src/request-input.ts';
import { memorySource } from '../src/input.ts';
import type { GatewayExtensions } from '../src/extensions.ts';
import type { RequestHead } from '../src/request-head.ts';
import type { Connection } from '../src/environ.ts';
import type { ResponseHead, ResponseSink } from '../src/sink.ts';

/** A transport in memory that writes down every call. */
export class RecordingSink implements ResponseSink {
  readonly trace: string[] = [];
  readonly chunks: Uint8Array[] = [];
  head: ResponseHead | undefined;
  /** Pulls allowed before `ready` says no. */
  allowed = Number.POSITIVE_INFINITY;

  ready(): boolean {
    this.allowed -= 1;
    return this.allowed >= 0;
  }

  writeHead(head: ResponseHead): void {
    this.head = head;
    this.trace.push(`head ${head.status}`);
  }

  writeChunk(chunk: Uint8Array): void {
    // what is ready again may have its memory used again
    this.chunks.push(chunk.slice());
    this.trace.push(`chunk ${text([chunk])}`);
  }

  end(): void {
    this.trace.push('end');
  }

  abort(): void {
    this.trace.push('abort');
  }

  flushHead(): void {
    this.trace.push('flush');
  }

  writeInterim(status: number, reason: string, headers: readonly string[]): void {
    this.trace.push(`interim ${status} ${reason} ${headers.join('|')}`);
  }

  endWithTrailers(trailers: readonly string[]): void {
    this.trace.push(`end ${trailers.join('|')}`);
  }

  get content(): string {
    return text(this.chunks);
  }
}

export function text(chunks: readonly Uint8Array[]): string {
  return Buffer.concat(chunks).toString('latin1');
}

export function octets(content: string): Uint8Array {
  return new Uint8Array(Buffer.from(content, 'latin1'));
}

export interface RunOptions {
  readonly profile?: 'sync' | 'async';
  readonly head?: Partial<RequestHead>;
  readonly body?: Uint8Array;
  readonly input?: RequestInput;
  readonly scriptName?: string;
  readonly sink?: RecordingSink;
  readonly offer?: GatewayExtensions | undefined;
  readonly connection?: Partial<Connection>;
  readonly limit?: (work: PromiseLike<unknown>) => Promise<unknown>;
}

export interface Run {
  readonly sink: RecordingSink;
  readonly faults: unknown[];
  readonly log: string[];
  readonly exchange: { resume(): void; disconnect(error?: unknown): void };
  readonly done: Promise<void>;
  readonly isDone: () => boolean;
}

export const GET: RequestHead = {
  method: 'GET',
  target: '/',
  protocol: 'HTTP/1.1',
  headers: ['Host', 'example.test'],
};

/** Runs one request of any application through a gateway. */
export function run(application: unknown, options: RunOptions = {}): Run {
  const sink = options.sink ?? new RecordingSink();
  const faults: unknown[] = [];
  const log: string[] = [];
  const gateway = new Gateway(application, {
    profile: options.profile ?? 'sync',
    scriptName: options.scriptName ?? '',
    concurrency: { multithread: false, multiprocess: false, runOnce: false, interleaved: true },
    errors: { write: (line) => void log.push(line), flush() {} },
    onError: (error) => void faults.push(error),
    limit: options.limit ?? ((work) => Promise.resolve(work)),
    extensions: options.offer,
  });
  let settled = false;
  const { promise, resolve } = withResolvers();
  const exchange = gateway.handle({
    admission: gateway.admit({ ...GET, ...options.head }),
    connection: {
      scheme: 'http',
      serverName: 'server.test',
      serverPort: '8000',
      ...options.connection,
    },
    input: options.input ?? bufferedRequestInput(memorySource([options.body ?? new Uint8Array(0)])),
    sink,
    onDone() {
      settled = true;
      resolve();
    },
  });
  return { sink, faults, log, exchange, done: promise, isDone: () => settled };
}

export function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve!: () => void;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
