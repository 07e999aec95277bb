import { checkStep, type OpenBody } from './body.ts';
import { FilePump, type FilePumpHost, type FileReader } from './file-pump.ts';

/** What a pump asks of the exchange that it pulls for. */
export interface PumpHost {
  /** Whether a chunk can be taken now; false where the exchange is over. */
  ready(): boolean;
  /** Takes what was yielded; what it throws is a fault of the application. */
  take(chunk: unknown): void;
  /** The body is exhausted. */
  exhausted(): void;
  /** The body threw, or what it yielded was refused. */
  failed(error: unknown): void;
}

/** Pulls one body; `run` is called again whenever the transport can take more. */
export interface Pump {
  run(): void;
  /** Calls `return()` of the iterator if it neither finished nor threw; gives what that gives. */
  stop(): unknown;
  /** Calls back once nothing of the body is in use any more; where it is missing, nothing ever is. */
  settle?(then: () => void): void;
}

/** The pump for an opened body; one whose region is to be sent needs a reader. */
export function createPump(
  body: OpenBody,
  host: FilePumpHost,
  readFile: FileReader | undefined,
): Pump {
  if (body.kind === 'file') {
    return new FilePump(body.region, readFile as FileReader, host);
  }
  if (body.kind === 'array') {
    return new ArrayPump(body.chunks, host);
  }
  return body.kind === 'sync'
    ? new SyncPump(body.iterator, host)
    : new AsyncPump(body.iterator, host);
}

/** Hands on chunks that are all there and checked: there is nothing to stop. */
class ArrayPump implements Pump {
  readonly #chunks: readonly Uint8Array[];
  readonly #host: PumpHost;
  #next = 0;

  constructor(chunks: readonly Uint8Array[], host: PumpHost) {
    this.#chunks = chunks;
    this.#host = host;
  }

  run(): void {
    const chunks = this.#chunks;
    while (this.#host.ready()) {
      if (this.#next === chunks.length) {
        this.#host.exhausted();
        return;
      }
      try {
        this.#host.take(chunks[this.#next++]);
      } catch (error) {
        this.#host.failed(error);
        return;
      }
    }
  }

  stop(): unknown {
    return undefined;
  }
}

class SyncPump implements Pump {
  readonly #iterator: Iterator<unknown>;
  readonly #host: PumpHost;
  #finished = false;

  constructor(iterator: Iterator<unknown>, host: PumpHost) {
    this.#iterator = iterator;
    this.#host = host;
  }

  run(): void {
    while (this.#host.ready()) {
      let done: unknown;
      let value: unknown;
      try {
        const step: unknown = this.#iterator.next();
        checkStep(step);
        done = step.done;
        value = done ? undefined : step.value;
      } catch (error) {
        this.#finished = true;
        this.#host.failed(error);
        return;
      }
      if (done) {
        this.#finished = true;
        this.#host.exhausted();
        return;
      }
      try {
        this.#host.take(value);
      } catch (error) {
        this.#host.failed(error);
        return;
      }
    }
  }

  stop(): unknown {
    if (this.#finished) {
      return undefined;
    }
    this.#finished = true;
    return this.#iterator.return?.();
  }
}

class AsyncPump implements Pump {
  readonly #iterator: AsyncIterator<unknown>;
  readonly #host: PumpHost;
  #finished = false;
  #pulling = false;

  constructor(iterator: AsyncIterator<unknown>, host: PumpHost) {
    this.#iterator = iterator;
    this.#host = host;
  }

  run(): void {
    if (this.#pulling || !this.#host.ready()) {
      return;
    }
    this.#pulling = true;
    let step: unknown;
    try {
      step = this.#iterator.next();
    } catch (error) {
      this.#threw(error);
      return;
    }
    Promise.resolve(step).then(
      (settled) => this.#settled(settled),
      (error: unknown) => this.#threw(error),
    );
  }

  #settled(step: unknown): void {
    this.#pulling = false;
    if (this.#finished) {
      return;
    }
    let done: unknown;
    let value: unknown;
    try {
      checkStep(step);
      done = step.done;
      value = done ? undefined : step.value;
    } catch (error) {
      this.#threw(error);
      return;
    }
    if (done) {
      this.#finished = true;
      this.#host.exhausted();
      return;
    }
    try {
      this.#host.take(value);
    } catch (error) {
      this.#host.failed(error);
      return;
    }
    this.run();
  }

  #threw(error: unknown): void {
    this.#pulling = false;
    if (!this.#finished) {
      this.#finished = true;
      this.#host.failed(error);
    }
  }

  stop(): unknown {
    if (this.#finished) {
      return undefined;
    }
    this.#finished = true;
    return this.#iterator.return?.();
  }
}
