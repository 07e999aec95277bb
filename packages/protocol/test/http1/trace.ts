import {
  Http1Client,
  type Http1ClientOptions,
  Http1Error,
  Http1Server,
  type Http1ServerOptions,
  type RequestEvent,
  type ResponseEvent,
  type ServerEvent,
  type ClientEvent,
} from '../../src/http1/index.ts';
import { escape, latin1 } from './notation.ts';

/** What an engine made of its input, one line for each event; adjacent data are one event. */
export type Trace = readonly string[];

interface Engine {
  receive(octets: Uint8Array): void;
  next(): ServerEvent | ClientEvent;
  /** Called when the events of what was received have been taken. */
  settle?(): void;
}

/** A server's engine that is lent each piece, in one memory that is written over after it. */
class BorrowingServer implements Engine {
  readonly #engine: Http1Server;
  readonly #memory = new Uint8Array(65_536);

  constructor(engine: Http1Server) {
    this.#engine = engine;
  }

  receive(octets: Uint8Array): void {
    if (octets.byteLength === 0) {
      this.#engine.receive(octets);
    } else {
      this.#memory.set(octets);
      this.#engine.lend(this.#memory, octets.byteLength);
    }
  }

  next(): ServerEvent {
    return this.#engine.next();
  }

  settle(): void {
    this.#engine.keep();
    this.#memory.fill(0x2a);
  }
}

const NOTHING = new Uint8Array(0);

/** The trace of a server that answers each request as soon as it is read. */
export function traceServer(
  pieces: readonly Uint8Array[],
  options: Http1ServerOptions & { readonly eof?: boolean; readonly lent?: boolean } = {},
): Trace {
  const engine = new Http1Server(options);
  const reader = options.lent === true ? new BorrowingServer(engine) : engine;
  const answer = (): void => {
    answerEmpty(engine);
    engine.nextCycle();
  };
  return trace(options.eof === true ? [...pieces, NOTHING] : pieces, reader, answer);
}

/** Sends a response without content. */
export function answerEmpty(engine: Http1Server): string {
  const head = { status: 200, reason: 'OK', headers: ['Content-Length', '0'], contentLength: 0 };
  return engine.sendHead({ ...head, hasContent: true }) + engine.sendEnd();
}

/** The trace of a client that has sent a request of the first method, and sends the others in turn. */
export function traceClient(
  pieces: readonly Uint8Array[],
  options: Http1ClientOptions & { readonly eof?: boolean; readonly methods: readonly string[] },
): Trace {
  const engine = new Http1Client(options);
  const methods = options.methods.values();
  const send = (): void => {
    const method = methods.next().value;
    if (method !== undefined) {
      engine.sendHead({ method, target: '/', headers: ['Host', 'a'], contentLength: 0 });
      engine.sendEnd();
    }
  };
  const proceed = (): void => {
    engine.nextCycle();
    send();
  };
  send();
  return trace(options.eof === true ? [...pieces, NOTHING] : pieces, engine, proceed);
}

function trace(pieces: readonly Uint8Array[], engine: Engine, proceed: () => void): Trace {
  const log = new TraceLog();
  let last = '';
  for (const piece of pieces) {
    engine.receive(piece);
    last = log.drain(engine, proceed);
    engine.settle?.();
  }
  return last === '' ? log.lines : [...log.lines, last];
}

class TraceLog {
  #lines: string[] = [];
  #data = '';
  #broken = false;

  get lines(): readonly string[] {
    this.#flush();
    return this.#lines;
  }

  /** Logs events until there are no more; gives the signal that came last, '' after an error. */
  drain(engine: Engine, proceed: () => void): string {
    try {
      for (;;) {
        const event = engine.next();
        if (event === 'paused') {
          proceed();
        } else if (typeof event === 'string') {
          return this.#signal(event);
        } else {
          this.#event(event);
        }
      }
    } catch (error) {
      if (!(error instanceof Http1Error) || error.blame !== 'peer') {
        throw error;
      }
      this.#add(`error ${error.code} ${error.status}`);
      this.#broken = true;
      return this.drain(engine, proceed);
    }
  }

  #signal(signal: 'need-data' | 'closed'): string {
    if (!this.#broken) {
      return signal;
    }
    return signal === 'closed' ? '' : `${signal} after an error`;
  }

  #event(event: Exclude<ServerEvent | ClientEvent, string>): void {
    switch (event.type) {
      case 'request':
        this.#request(event);
        break;
      case 'response':
        this.#response(event);
        break;
      case 'data':
        this.#data += latin1(event.data);
        break;
      case 'end':
        this.#fields('trailer', event.trailers);
        this.#add('end');
        break;
    }
  }

  #request(event: RequestEvent): void {
    this.#add(`request ${event.method} ${event.target} ${event.protocol}`);
    this.#fields('field', event.headers);
    if (event.contentLength !== 0) {
      this.#add(`body ${event.contentLength ?? 'chunked'}`);
    }
    if (event.expectsContinue) {
      this.#add('expects 100-continue');
    }
    this.#closes(event);
  }

  #response(event: ResponseEvent): void {
    this.#add(`response ${event.protocol} ${event.status} ${event.reason}`.trimEnd());
    this.#fields('field', event.headers);
    this.#closes(event);
  }

  #closes(event: RequestEvent | ResponseEvent): void {
    if (!event.keepAlive) {
      this.#add('closes');
    }
  }

  #fields(kind: string, flat: readonly string[]): void {
    for (let at = 0; at < flat.length; at += 2) {
      const value = flat[at + 1];
      this.#add(value === '' ? `${kind} ${flat[at]}:` : `${kind} ${flat[at]}: ${value}`);
    }
  }

  #add(line: string): void {
    this.#flush();
    this.#lines.push(escape(line));
  }

  #flush(): void {
    if (this.#data !== '') {
      this.#lines.push(escape(`data ${this.#data}`));
      this.#data = '';
    }
  }
}
