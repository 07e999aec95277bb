// A server of the standard without a network, small enough to be read: what a lint is tested with.

import type {
  Application,
  Body,
  Environ,
  HeaderList,
  InputStream,
  OnFinish,
  Outcome,
  StartResponse,
} from '@tsgi/types';

/** An error with a code, as servers throw them. */
export function coded(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** Octets of a text in ASCII. */
export const octets = (text: string): Uint8Array =>
  Uint8Array.from(text, (character) => character.charCodeAt(0));

/** A request body in memory. */
export class MemoryInput implements InputStream {
  readonly #octets: Uint8Array;
  #position = 0;

  constructor(text: string) {
    this.#octets = octets(text);
  }

  read(size: number = this.#octets.byteLength - this.#position): Uint8Array {
    if (!Number.isSafeInteger(size) || size < 0) {
      throw new RangeError(`a size is a whole number; got ${size}`);
    }
    const chunk = this.#octets.slice(this.#position, this.#position + size);
    this.#position += chunk.byteLength;
    return chunk;
  }

  *[Symbol.iterator](): Generator<Uint8Array, void, undefined> {
    for (let chunk = this.read(4); chunk.byteLength > 0; chunk = this.read(4)) {
      yield chunk;
    }
  }
}

const STATUS = /^[2-5]\d\d [\t\x20-\x7e\x80-\xff]*$/;
const NAME = /^(?!status$)[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/i;
const HOP = /^(?:connection|keep-alive|proxy-connection|te|trailer|transfer-encoding|upgrade)$/i;
const VALUE = /^(?![\t ])[\t\x20-\x7e\x80-\xff]*$(?<![\t ])/;

function check(holds: boolean, code: string): void {
  if (!holds) {
    throw coded(code);
  }
}

function validate(status: unknown, headers: unknown): void {
  check(typeof status === 'string' && STATUS.test(status), 'ERR_TSGI_STATUS');
  check(Array.isArray(headers), 'ERR_TSGI_HEADERS');
  let lengths = 0;
  for (const pair of headers as readonly unknown[]) {
    check(Array.isArray(pair) && pair.length === 2, 'ERR_TSGI_HEADERS');
    const [name, value] = pair as readonly unknown[];
    check(typeof name === 'string' && typeof value === 'string', 'ERR_TSGI_HEADERS');
    check(NAME.test(String(name)), 'ERR_TSGI_HEADER_NAME');
    check(!HOP.test(String(name)), 'ERR_TSGI_HEADER_HOP');
    check(VALUE.test(String(value)), 'ERR_TSGI_HEADER_VALUE');
    if (/^content-length$/i.test(String(name))) {
      lengths += 1;
      const digits = /^[0-9]+$/.test(String(value)) && Number.isSafeInteger(Number(value));
      check(lengths === 1 && digits, 'ERR_TSGI_CONTENT_LENGTH');
    }
  }
}

/** The beginning of one response, as a server keeps it. */
export class Start {
  state: 'unset' | 'failed' | 'set' | 'committed' | 'ended' = 'unset';
  status = '';
  headers: HeaderList = [];

  readonly call: StartResponse = (status, headers, error) => {
    if (this.state === 'committed' || this.state === 'ended') {
      const code = this.state === 'ended' ? 'ERR_TSGI_ENDED' : 'ERR_TSGI_ALREADY_STARTED';
      throw error === undefined ? coded(code) : error;
    }
    check(this.state === 'unset' || error !== undefined, 'ERR_TSGI_ALREADY_STARTED');
    this.state = 'failed';
    validate(status, headers);
    this.state = 'set';
    this.status = status;
    this.headers = headers.map(([name, value]) => [name, value]);
  };

  commit(): void {
    if (this.state === 'unset' || this.state === 'failed') {
      throw coded('ERR_TSGI_NOT_STARTED');
    }
    this.state = 'committed';
  }

  get code(): number {
    return Number(this.status.slice(0, 3));
  }

  get contentLength(): number {
    const field = this.headers.find(([name]) => /^content-length$/i.test(name));
    return field === undefined ? Number.POSITIVE_INFINITY : Number(field[1]);
  }
}

/** What one request looks like; entries of `environ` replace or, where undefined, remove. */
export interface RequestOptions {
  readonly method?: string;
  readonly body?: string;
  readonly environ?: Readonly<Record<string, unknown>>;
  /** The client leaves after that many pulls. */
  readonly pulls?: number;
  /** Changes the environ before it is passed, or puts another one in its place. */
  readonly prepare?: (environ: Environ) => Environ;
}

/** One exchange: environ, startResponse, and what the server keeps of them. */
export interface Exchange {
  readonly environ: Environ;
  readonly start: Start;
  readonly log: string[];
  readonly head: boolean;
  readonly finish: (outcome: Outcome) => void;
}

function makeOnFinish(): { onFinish: OnFinish; finish: (outcome: Outcome) => void } {
  const callbacks: ((outcome: Outcome) => void)[] = [];
  let ended = false;
  return {
    onFinish: (callback) => {
      check(typeof callback === 'function', 'ERR_TSGI_CALLBACK');
      check(!ended, 'ERR_TSGI_ENDED');
      callbacks.push(callback);
    },
    finish: (outcome) => {
      for (let next = callbacks.pop(); next !== undefined; next = callbacks.pop()) {
        next(outcome);
      }
      ended = true;
    },
  };
}

/** A fresh exchange; every entry of its environ is one that a server may set. */
export function makeExchange(options: RequestOptions): Exchange {
  const { method = 'GET', body, environ = {}, prepare = (made) => made } = options;
  const log: string[] = [];
  const { onFinish, finish } = makeOnFinish();
  const entries: Record<string, unknown> = {
    REQUEST_METHOD: method,
    SCRIPT_NAME: '',
    PATH_INFO: '/a%2Fb',
    QUERY_STRING: 'x=1',
    REQUEST_URI: '/a%2fb?x=1',
    SERVER_NAME: '127.0.0.1',
    SERVER_PORT: '8000',
    SERVER_PROTOCOL: 'HTTP/1.1',
    HTTP_HOST: 'example.test',
    ...(body === undefined ? {} : { CONTENT_LENGTH: String(body.length) }),
    'tsgi.version': [1, 0],
    'tsgi.url_scheme': 'http',
    'tsgi.input': new MemoryInput(body ?? ''),
    'tsgi.input_buffered': true,
    'tsgi.errors': { write: (text: string) => log.push(text), flush() {} },
    'tsgi.multithread': false,
    'tsgi.multiprocess': false,
    'tsgi.run_once': false,
    'tsgi.interleaved': true,
    'tsgi.async': false,
    'tsgi.on_finish': onFinish,
    ...environ,
  };
  const given = Object.entries(entries).filter(([, value]) => value !== ABSENT);
  return {
    environ: prepare(Object.assign(Object.create(null), Object.fromEntries(given))),
    start: new Start(),
    log,
    head: method === 'HEAD',
    finish,
  };
}

/** Stands for an entry that a request does not have. */
export const ABSENT: unique symbol = Symbol('absent');

/** What became of a request. */
export interface Response {
  /** The status line as sent; the server's own where the application failed before the commit. */
  readonly status: string;
  readonly headers: HeaderList;
  readonly text: string;
  readonly aborted: boolean;
  /** What the application threw, unchanged, or the server's own fault. */
  readonly error?: unknown;
  readonly log: readonly string[];
}

interface Sent {
  readonly chunks: Uint8Array[];
  error?: unknown;
  /** True where the client left. */
  left: boolean;
  /** True where an iterator was obtained that has neither ended nor thrown. */
  open: boolean;
}

/** Serves one request from the call to the last callback. */
export function serve(application: Application, options: RequestOptions = {}): Response {
  const exchange = makeExchange(options);
  const { start, log } = exchange;
  const sent: Sent = { chunks: [], left: false, open: false };
  let body: Body | undefined;
  let iterator: Iterator<Uint8Array> | undefined;
  try {
    body = application(exchange.environ, start.call);
    iterator = startPull(body);
    sent.open = true;
    pull(iterator, { exchange, sent, pulls: options.pulls ?? Number.POSITIVE_INFINITY });
  } catch (error) {
    sent.error = error;
  }
  const committed = start.state === 'committed' || start.state === 'ended';
  start.state = 'ended';
  cleanUp(sent.open ? iterator : undefined, body, log);
  const failed = sent.error !== undefined;
  const text = sent.chunks.map((chunk) => String.fromCharCode(...chunk)).join('');
  const aborted = sent.left || (failed && committed);
  exchange.finish({
    ...(committed ? { status: start.code } : {}),
    ...(failed && !committed ? { status: 500 } : {}),
    bytesSent: text.length,
    aborted,
    ...(failed ? { error: sent.error } : {}),
  });
  const own = failed && !committed;
  const error = failed ? { error: sent.error } : {};
  return {
    status: own ? '500 Internal Server Error' : start.status,
    headers: own ? [] : start.headers,
    text,
    aborted,
    ...error,
    log,
  };
}

function startPull(body: Body): Iterator<Uint8Array> {
  check(typeof body === 'object' && body !== null, 'ERR_TSGI_BODY');
  // The elements of an Array are taken by index, whatever iterator it has.
  if (Array.isArray(body)) {
    return Array.prototype.values.call(body);
  }
  check(typeof body[Symbol.iterator] === 'function', 'ERR_TSGI_BODY');
  return body[Symbol.iterator]();
}

interface Pull {
  readonly exchange: Exchange;
  readonly sent: Sent;
  readonly pulls: number;
}

function pull(iterator: Iterator<Uint8Array>, { exchange, sent, pulls }: Pull): void {
  const { start, head } = exchange;
  for (let count = 0; count < pulls; count += 1) {
    sent.open = false;
    const result: unknown = iterator.next();
    check(typeof result === 'object', 'ERR_TSGI_BODY');
    const { done, value } = result as IteratorResult<Uint8Array>;
    sent.open = done !== true;
    if (done === true) {
      start.commit();
      const bodiless = head || [204, 205, 304].includes(start.code);
      const length = sent.chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
      const short = Number.isFinite(start.contentLength) && length < start.contentLength;
      sent.error = short && !bodiless ? coded('ERR_TSGI_CONTENT_UNDER') : undefined;
      return;
    }
    check(value instanceof Uint8Array, 'ERR_TSGI_CHUNK');
    if (value.byteLength > 0) {
      start.commit();
      if (head || [204, 205, 304].includes(start.code)) {
        return;
      }
      sent.chunks.push(value.slice());
      if (sent.chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0) > start.contentLength) {
        sent.error = coded('ERR_TSGI_CONTENT_OVER');
        return;
      }
    }
  }
  sent.left = true;
}

function cleanUp(
  iterator: Iterator<unknown> | undefined,
  body: Body | undefined,
  log: string[],
): void {
  for (const step of [() => iterator?.return?.(), () => body?.close?.()]) {
    try {
      step();
    } catch (error) {
      log.push(`cleanup: ${String(error)}\n`);
    }
  }
}
