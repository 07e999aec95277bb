import type { AsyncApplication, Environ } from '@tsgi/types';

/** Where the numbers are, in words of 32 bits. */
const WORD = { ticks: 0, stage: 1, began: 2, length: 3, query: 4, debugged: 5 } as const;
const TEXT_OFFSET = 32;
const TEXT_LENGTH = 1024;

/** Where the main thread is, as far as requests go. */
const STAGE = { none: 0, inside: 1, outside: 2 } as const;

/** What the marks say of the request that began last. */
export interface MarkedRequest {
  /** Method and path; `?…` stands for a query, which may hold secrets. */
  readonly text: string;
  /** Whether the call of the application has not returned. */
  readonly inside: boolean;
  /** The tick at which it began. */
  readonly began: number;
}

/**
 * Memory that a worker shares with the thread that watches it. Marking a request is a few stores:
 * no clock is read, and nothing is allocated.
 */
export class RequestMarks {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #text: Uint8Array;

  /** @param memory what another thread has made; a new one where it is absent */
  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(TEXT_OFFSET + TEXT_LENGTH)) {
    this.memory = memory;
    this.#words = new Int32Array(memory, 0, TEXT_OFFSET / Int32Array.BYTES_PER_ELEMENT);
    this.#text = new Uint8Array(memory, TEXT_OFFSET);
  }

  /** The main thread is alive. */
  tick(debugged: boolean): void {
    this.#words[WORD.debugged] = debugged ? 1 : 0;
    Atomics.add(this.#words, WORD.ticks, 1);
  }

  /** How often it was. */
  get ticks(): number {
    return Atomics.load(this.#words, WORD.ticks);
  }

  /** Whether a debugger may have stopped the main thread. */
  get debugged(): boolean {
    return this.#words[WORD.debugged] === 1;
  }

  /** The application is about to be called. */
  begin(environ: Environ): void {
    const words = this.#words;
    let length = this.#write(environ.REQUEST_METHOD, 0);
    length = this.#write(' ', length);
    length = this.#write(environ.SCRIPT_NAME, length);
    words[WORD.length] = this.#write(environ.PATH_INFO, length);
    words[WORD.query] = environ.QUERY_STRING === '' ? 0 : 1;
    words[WORD.began] = words[WORD.ticks] as number;
    words[WORD.stage] = STAGE.inside;
  }

  /** The call has returned. */
  end(): void {
    this.#words[WORD.stage] = STAGE.outside;
  }

  // Method and path are ASCII: a loop is faster here than an encoder.
  #write(text: string, offset: number): number {
    const length = Math.min(text.length, TEXT_LENGTH - offset);
    for (let index = 0; index < length; index++) {
      this.#text[offset + index] = text.charCodeAt(index);
    }
    return offset + length;
  }

  /** The request that began last; undefined before the first. */
  read(): MarkedRequest | undefined {
    const words = this.#words;
    if (words[WORD.stage] === STAGE.none) {
      return undefined;
    }
    const text = Buffer.from(this.#text.slice(0, words[WORD.length])).toString('latin1');
    return {
      text: words[WORD.query] === 1 ? `${text}?…` : text,
      inside: words[WORD.stage] === STAGE.inside,
      began: words[WORD.began] as number,
    };
  }
}

/** Marks each call of an application. */
export function markRequests(application: AsyncApplication, marks: RequestMarks): AsyncApplication {
  return (environ, startResponse) => {
    marks.begin(environ);
    try {
      return application(environ, startResponse);
    } finally {
      marks.end();
    }
  };
}
