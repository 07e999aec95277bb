import { fromBytes } from './byte-string.ts';

const KEPT = 8192;

/** What went over the wires of one check: the beginning of each connection, both ways. */
export class Transcript {
  readonly #connections: { sent: string; received: string; end: string }[] = [];
  #needle: string;
  #found = false;

  /** `needle` is the nonce that `sawNonce` looks for in everything received. */
  constructor(needle: string) {
    this.#needle = needle;
  }

  /** Begins a connection; the functions returned note what happens on it. */
  open(): {
    readonly sent: (bytes: Uint8Array) => void;
    readonly received: (bytes: Uint8Array) => void;
    readonly ended: (how: string) => void;
  } {
    const entry = { sent: '', received: '', end: 'open' };
    this.#connections.push(entry);
    return {
      sent: (bytes) => {
        entry.sent += fromBytes(bytes.subarray(0, Math.max(0, KEPT - entry.sent.length)));
      },
      received: (bytes) => {
        entry.received += fromBytes(bytes.subarray(0, Math.max(0, KEPT - entry.received.length)));
        this.#found ||= entry.received.includes(this.#needle);
      },
      ended: (how) => {
        entry.end = how;
      },
    };
  }

  /** Whether the nonce of this run has come back on any connection. */
  get sawNonce(): boolean {
    return this.#found;
  }

  /** ByteStrings, and how the connection ended; at most 8 KiB each way. */
  get connections(): readonly { sent: string; received: string; end: string }[] {
    return this.#connections;
  }
}
