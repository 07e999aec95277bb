/** Rule 1: what startResponse takes in which state is decided here. */
import type { HeaderList, StartResponse } from '@tsgi/types';
import { codedError } from './coded-error.ts';

// RFC 9110 sections 5.6.2 and 5.5; RFC 9112 section 4.
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const VALUE = /^(?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?$/;
const STATUS = /^[2-5]\d\d [\t\x20-\x7e\x80-\xff]*$/;
const HOP = /^(?:connection|keep-alive|proxy-connection|te|trailer|transfer-encoding|upgrade)$/i;

type State = 'unset' | 'failed' | 'set' | 'committed' | 'ended';

/** How a server can make startResponse harder to use. */
export interface StartManner {
  /** The first call throws, whatever it is given. */
  readonly refuseFirst: boolean;
  /** The header list and its pairs are frozen. */
  readonly freeze: boolean;
}

/** The startResponse of one response, and what was given to it. */
export class StrictStart {
  readonly #manner: StartManner;
  #state: State = 'unset';
  #calls = 0;
  #status = '';
  #headers: HeaderList = [];

  constructor(manner: StartManner) {
    this.#manner = manner;
  }

  /** The function for the application. */
  readonly call: StartResponse = (status, headers, error) => {
    this.#calls += 1;
    if (this.#state === 'committed' || this.#state === 'ended') {
      if (error !== undefined) throw error;
      throw this.#state === 'ended' ? endedError() : startedError();
    }
    if (this.#state !== 'unset' && error === undefined) throw startedError();
    this.#state = 'failed';
    checkStatus(status);
    checkHeaders(headers);
    if (this.#manner.refuseFirst && this.#calls === 1) {
      throw codedError('ERR_TSGI_HEADERS', 'this gateway does not take these headers');
    }
    if (this.#manner.freeze) Object.freeze(headers).forEach((pair) => Object.freeze(pair));
    this.#state = 'set';
    this.#status = status;
    this.#headers = headers.map(([name, value]) => [name, value] as const);
  };

  /** The status line that is stored, `""` for none. */
  get status(): string {
    return this.#status;
  }

  get headers(): HeaderList {
    return this.#headers;
  }

  get committed(): boolean {
    return this.#state === 'committed';
  }

  /** The status code, 0 for none. */
  get code(): number {
    return Number(this.#status.slice(0, 3));
  }

  /** The Content-Length given, in octets. */
  get length(): number | undefined {
    const field = this.#headers.find(([name]) => name.toLowerCase() === 'content-length');
    return field === undefined ? undefined : Number(field[1]);
  }

  /** Throws where nothing is stored that could be sent. */
  commit(): void {
    if (this.#state === 'unset' || this.#state === 'failed') {
      throw codedError('ERR_TSGI_NOT_STARTED', 'no status at the commit');
    }
    if (this.#state === 'set') this.#state = 'committed';
  }

  /** After this, every call throws. */
  end(): void {
    this.#state = 'ended';
  }
}

function checkStatus(status: unknown): void {
  if (typeof status === 'string' && STATUS.test(status)) return;
  throw codedError('ERR_TSGI_STATUS', 'the status is no string of code, space and reason');
}

function checkHeaders(headers: unknown): void {
  if (!Array.isArray(headers)) throw shapeError();
  let lengths = 0;
  for (const pair of headers as readonly unknown[]) {
    if (!Array.isArray(pair) || pair.length !== 2) throw shapeError();
    const [name, value] = pair as readonly unknown[];
    if (typeof name !== 'string' || typeof value !== 'string') throw shapeError();
    if (!TOKEN.test(name) || name.toLowerCase() === 'status') {
      throw codedError('ERR_TSGI_HEADER_NAME', 'a header name is no token, or is "status"');
    }
    if (HOP.test(name)) throw codedError('ERR_TSGI_HEADER_HOP', 'a header concerns one hop only');
    if (!VALUE.test(value)) {
      throw codedError('ERR_TSGI_HEADER_VALUE', 'a header value is no field value');
    }
    if (name.toLowerCase() === 'content-length') lengths += checkLength(value, lengths);
  }
}

function checkLength(value: string, before: number): number {
  if (before === 0 && /^\d+$/.test(value) && Number.isSafeInteger(Number(value))) return 1;
  throw codedError('ERR_TSGI_CONTENT_LENGTH', 'Content-Length is given twice or is no number');
}

function shapeError(): Error {
  return codedError('ERR_TSGI_HEADERS', 'the headers are no Array of pairs of strings');
}

function startedError(): Error {
  return codedError('ERR_TSGI_ALREADY_STARTED', 'the response was begun before');
}

function endedError(): Error {
  return codedError('ERR_TSGI_ENDED', 'the response is over');
}
