import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { CgiResponseReader } from '@tsgi/protocol/cgi';
import { FastCgiClient, type FastCgiEndEvent } from '@tsgi/protocol/fastcgi';
import { writeScgiHead } from '@tsgi/protocol/scgi';
import { writeUwsgiHead } from '@tsgi/protocol/uwsgi';

/** What fronts speak over sockets. */
export const PROTOCOLS = ['fastcgi', 'scgi', 'uwsgi'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

export type Variables = Readonly<Record<string, string>>;

/** A response as a front reads it. */
export interface FrontResponse {
  readonly status: number;
  readonly reason: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /** Whether it looks whole. */
  readonly complete: boolean;
}

/** The variables of a request, as nginx with all three of CGI's would send them. */
export function variables(target: string, more: Variables = {}): Variables {
  const [path = '', ...query] = target.split('?');
  return {
    REQUEST_METHOD: 'GET',
    REQUEST_URI: target,
    SCRIPT_NAME: '',
    PATH_INFO: decodeURIComponent(path),
    QUERY_STRING: query.join('?'),
    SERVER_PROTOCOL: 'HTTP/1.1',
    SERVER_NAME: 'front.example',
    SERVER_PORT: '80',
    REMOTE_ADDR: '192.0.2.7',
    REMOTE_PORT: '40000',
    HTTP_HOST: 'front.example',
    ...more,
  };
}

/** The variables of a request with a body. */
export function posted(target: string, length: number, more: Variables = {}): Variables {
  return variables(target, {
    REQUEST_METHOD: 'POST',
    CONTENT_LENGTH: String(length),
    ...more,
  });
}

const latin1 = (octets: Uint8Array): string => Buffer.from(octets).toString('latin1');

interface Stream {
  text: string;
  errors: string;
  end: FastCgiEndEvent | undefined;
}

/** A web server in front, as far as tests need one. */
export class FrontClient {
  readonly socket: Socket;
  readonly #protocol: Protocol;
  readonly #fastcgi = new FastCgiClient();
  readonly #streams = new Map<number, Stream>();
  #raw = '';
  #wake: Array<() => void> = [];
  #ended: 'fin' | 'reset' | undefined;

  private constructor(socket: Socket, protocol: Protocol) {
    this.socket = socket;
    this.#protocol = protocol;
    socket.on('data', (octets) => this.#receive(octets));
    socket.on('end', () => {
      this.#end('fin');
      socket.end();
    });
    socket.on('error', () => this.#end('reset'));
    socket.on('close', () => this.#end('fin'));
  }

  static async open(url: string, protocol: Protocol): Promise<FrontClient> {
    const { hostname, port } = new URL(url);
    const to = url.startsWith('unix:')
      ? { path: url.slice('unix:'.length) }
      : { host: hostname, port: Number(port) };
    const socket = connect({ ...to, allowHalfOpen: true });
    socket.setNoDelay(true);
    await once(socket, 'connect');
    return new FrontClient(socket, protocol);
  }

  #receive(octets: Uint8Array): void {
    if (this.#protocol === 'fastcgi') {
      this.#fastcgi.receive(octets);
      try {
        this.#readRecords();
      } catch {
        // as every front does: what is no record ends the connection
        this.#end('reset');
      }
    } else {
      this.#raw += latin1(octets);
    }
    this.#notify();
  }

  #readRecords(): void {
    for (let event = this.#fastcgi.next(); ; event = this.#fastcgi.next()) {
      if (typeof event === 'string') {
        return;
      }
      if (event.type === 'values' || event.type === 'unknown-type') {
        this.#raw += `${JSON.stringify(event)}\n`;
        continue;
      }
      const stream = this.#stream(event.requestId);
      if (event.type === 'stdout') {
        stream.text += latin1(event.data);
      } else if (event.type === 'stderr') {
        stream.errors += latin1(event.data);
      } else if (event.type === 'end') {
        stream.end = event;
      }
    }
  }

  #stream(requestId: number): Stream {
    const stream = this.#streams.get(requestId) ?? { text: '', errors: '', end: undefined };
    this.#streams.set(requestId, stream);
    return stream;
  }

  #end(how: 'fin' | 'reset'): void {
    this.#ended ??= how;
    this.#notify();
  }

  #notify(): void {
    for (const wake of this.#wake.splice(0)) {
      wake();
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake.push(resolve);
    });
  }

  /** The engine of FastCGI, for what only that protocol has. */
  get fastcgi(): FastCgiClient {
    return this.#fastcgi;
  }

  send(...parts: ReadonlyArray<Uint8Array | string>): void {
    for (const part of parts) {
      this.socket.write(typeof part === 'string' ? Buffer.from(part, 'latin1') : part);
    }
  }

  /** Sends the head of a request; gives its id, which is 0 where there is one request only. */
  sendHead(values: Variables | readonly string[], keepConnection = true): number {
    const list = Array.isArray(values)
      ? (values as readonly string[])
      : Object.entries(values as Variables).flat();
    if (this.#protocol === 'fastcgi') {
      const request = this.#fastcgi.sendRequest({ variables: list, keepConnection });
      this.#streams.delete(request.requestId);
      this.send(...request.octets);
      return request.requestId;
    }
    this.send(this.#protocol === 'scgi' ? writeScgiHead(list) : writeUwsgiHead(list));
    return 0;
  }

  sendData(id: number, data: Uint8Array | string): void {
    const octets = typeof data === 'string' ? Buffer.from(data, 'latin1') : data;
    this.send(...(id === 0 ? [octets] : this.#fastcgi.sendData(id, octets)));
  }

  sendDataEnd(id: number): void {
    if (id !== 0) {
      this.send(...this.#fastcgi.sendDataEnd(id));
    }
  }

  /** Sends a whole request. */
  request(values: Variables | readonly string[], body = '', keepConnection = true): number {
    const id = this.sendHead(values, keepConnection);
    if (body !== '') {
      this.sendData(id, body);
    }
    this.sendDataEnd(id);
    return id;
  }

  /** What came of the response to a request; for id 0 of all that is no FastCGI. */
  text(id: number): string {
    return id === 0 ? this.#raw : this.#stream(id).text;
  }

  /** Forgets what came of a request. */
  forget(id: number): void {
    this.#streams.delete(id);
  }

  /** What came as STDERR. */
  errors(id: number): string {
    return this.#stream(id).errors;
  }

  /** How a request ended, once it has. */
  ending(id: number): FastCgiEndEvent | undefined {
    return this.#stream(id).end;
  }

  /** Resolves once the text has come. */
  async until(text: string, id = this.#protocol === 'fastcgi' ? 1 : 0): Promise<string> {
    while (!this.text(id).includes(text)) {
      if (this.#ended !== undefined) {
        throw new Error(`ended without ${text}: ${JSON.stringify(this.text(id))}`);
      }
      await this.#change();
    }
    return this.text(id);
  }

  #isOver(id: number): boolean {
    return this.#ended !== undefined || (id !== 0 && this.#stream(id).end !== undefined);
  }

  /** Resolves with the response when it is over, whole or not. */
  async response(id: number, head = false): Promise<FrontResponse> {
    while (!this.#isOver(id)) {
      await this.#change();
    }
    const whole = id === 0 ? this.#ended === 'fin' : this.#stream(id).end !== undefined;
    return readResponse(this.text(id), { whole, head, uwsgi: this.#protocol === 'uwsgi' });
  }

  /** How the server ended the connection. */
  async end(): Promise<'fin' | 'reset'> {
    while (this.#ended === undefined) {
      await this.#change();
    }
    this.socket.destroy();
    return this.#ended;
  }

  close(): void {
    this.socket.destroy();
  }
}

interface Reading {
  readonly whole: boolean;
  readonly head: boolean;
  readonly uwsgi: boolean;
}

/** Reads what a CGI program, or one like it, has written. */
export function readResponse(text: string, { whole, head, uwsgi }: Reading): FrontResponse {
  const reader = new CgiResponseReader({ head, statusLine: uwsgi ? 'accept' : 'refuse' });
  if (text !== '') {
    reader.receive(Buffer.from(text, 'latin1'));
  }
  reader.receive(new Uint8Array(0));
  const response = { status: 0, reason: '', headers: new Map<string, string>(), body: '' };
  let complete = false;
  try {
    for (let event = reader.next(); typeof event !== 'string'; event = reader.next()) {
      if (event.type === 'response') {
        const { status, reason, headers } = event;
        Object.assign(response, { status, reason });
        for (let at = 0; at < headers.length; at += 2) {
          const [name = '', value = ''] = headers.slice(at, at + 2);
          response.headers.set(name.toLowerCase(), value);
        }
      } else if (event.type === 'data') {
        response.body += latin1(event.data);
      } else {
        complete = whole;
      }
    }
  } catch {
    // cut short
  }
  return { ...response, complete };
}
