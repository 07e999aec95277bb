import type { Environ, HeaderList } from '@tsgi/types';
import type { EventLog } from '../engine/event-log.ts';
import { concatBytes, fromBytes } from '../wire/byte-string.ts';
import type { MemoryRequest } from './memory-request.ts';

/** One broken rule, and in whose name. */
export interface Violation {
  readonly rule: string;
  /** What came, in words. */
  readonly got: string;
}

/** What became of one request. */
export interface Served {
  readonly request: MemoryRequest;
  /** As the application was given it, and as it left it. */
  readonly environ: Environ;
  readonly log: EventLog;
  /** The status line sent; the server's own 500 where the application failed before the commit. */
  readonly status: string;
  readonly headers: HeaderList;
  /** Copies of the non-empty chunks, in order. */
  readonly chunks: readonly Uint8Array[];
  /** The client got what the application meant it to get. */
  readonly complete: boolean;
  /** Why not: what the application threw, or what the server made of it. */
  readonly fault?: unknown;
  /** The server took the client to be gone. */
  readonly left: boolean;
  /** What `return()` of the iterator threw, in a member of its own since any value can be thrown. */
  readonly returnFault?: { readonly threw: unknown };
  /** What `close()` of the body threw. */
  readonly closeFault?: { readonly threw: unknown };
  /** Octets of the request body that were taken. */
  readonly consumed: number;
  /** The result was a promise, or a body that can be iterated asynchronously only. */
  readonly asynchronous: boolean;
  /** The very values that the application gave, to see whether they stay as they are. */
  readonly given: { readonly chunks: readonly Uint8Array[]; readonly headers: unknown };
  /** What the server and the lints around the application found. */
  readonly violations: readonly Violation[];
  /** What a lint found out about the server: a fault of the kit. */
  readonly ownFaults: readonly Violation[];
}

/** The status code. */
export function codeOfServed({ status }: Pick<Served, 'status'>): number {
  return Number(status.slice(0, 3));
}

/** The content as a string of octets. */
export function contentOf({ chunks }: Pick<Served, 'chunks'>): string {
  return fromBytes(concatBytes(chunks));
}

/** The response as it would stand on the wire, one octet in each code unit. */
export function writeResponse(served: Pick<Served, 'status' | 'headers' | 'chunks'>): string {
  const fields = served.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `${served.status}\r\n${fields}\r\n${contentOf(served)}`;
}
