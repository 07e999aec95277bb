import type { FileRegion } from '@tsgi/types';
import type { Pump, PumpHost } from './body-pump.ts';
import { TsgiError } from './errors.ts';

/** One read of a file, by position. */
export interface FileRead {
  /** The open file, as the region of the body names it. */
  readonly fd: number;
  /** Filled from its start; the pump gives the same one for every read of a file. */
  readonly buffer: Uint8Array;
  /** Octets to read at most; no more than the buffer holds. */
  readonly length: number;
  /** Octets from the start of the file. */
  readonly position: number;
}

/** Reads without blocking; tells how many octets came, 0 at the end, and never before it returns. */
export type FileReader = (read: FileRead, done: (error: unknown, count: number) => void) => void;

/** What the pump of a file asks of its exchange. */
export interface FilePumpHost extends PumpHost {
  /** Whether the response has content that is sent. */
  sendsContent(): boolean;
  /** There would be content, and it is not sent. */
  discarded(): void;
}

/** Octets for each read. */
const BLOCK = 65_536;

/** The region that a body names, or undefined where it names none that could be sent. */
export function regionOf(body: object): FileRegion | undefined {
  const region = (body as { 'tsgi.file'?: unknown })['tsgi.file'];
  if (typeof region !== 'object' || region === null) {
    return undefined;
  }
  const { fd, offset, length } = region as Partial<FileRegion>;
  return isCount(fd) && isCount(offset) && isCount(length) && isCount(offset + length)
    ? { fd, offset, length }
    : undefined;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Sends a region of a file in place of what its body would yield. */
export class FilePump implements Pump {
  readonly #fd: number;
  readonly #host: FilePumpHost;
  readonly #read: FileReader;
  #position: number;
  #left: number;
  #buffer: Uint8Array | undefined;
  #reading = false;
  #settled: (() => void) | undefined;

  constructor(region: FileRegion, read: FileReader, host: FilePumpHost) {
    this.#fd = region.fd;
    this.#position = region.offset;
    this.#left = region.length;
    this.#read = read;
    this.#host = host;
  }

  run(): void {
    const host = this.#host;
    if (this.#reading || !host.ready()) {
      return;
    }
    if (this.#left === 0) {
      host.exhausted();
    } else if (host.sendsContent()) {
      this.#readOn();
    } else {
      host.discarded();
    }
  }

  // A sink that is ready holds nothing of what it was given: one buffer serves the whole file.
  #readOn(): void {
    const length = Math.min(this.#left, BLOCK);
    const buffer = (this.#buffer ??= new Uint8Array(length));
    this.#reading = true;
    this.#read({ fd: this.#fd, buffer, length, position: this.#position }, this.#received);
  }

  readonly #received = (error: unknown, count: number): void => {
    this.#reading = false;
    if (this.#settled !== undefined) {
      this.#settled();
    } else if (error !== undefined && error !== null) {
      this.#host.failed(error);
    } else if (count === 0) {
      this.#host.failed(new TsgiError('ERR_TSGI_FILE', `${this.#left} octets too few`));
    } else {
      this.#take((this.#buffer as Uint8Array).subarray(0, count));
    }
  };

  #take(chunk: Uint8Array): void {
    this.#position += chunk.byteLength;
    this.#left -= chunk.byteLength;
    try {
      this.#host.take(chunk);
    } catch (error) {
      this.#host.failed(error);
      return;
    }
    this.run();
  }

  /** Nothing was obtained of the body that would have to be given back. */
  stop(): undefined {}

  /** Calls back once no read is under way any more; at once, where there is none. */
  settle(then: () => void): void {
    if (this.#reading) {
      this.#settled = then;
    } else {
      then();
    }
  }
}
