import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest, type RequestOptions } from 'node:http';
import { createServer, type Socket } from 'node:net';
import type { AsyncApplication, Environ } from '@tsgi/types';
import { serve, type ServeOptions, type ServerHandle } from '@tsgi/server';
import { afterEach } from 'vitest';
import { forward, type ForwardApplication, type ForwardOptions } from '../src/index.ts';

const open: Array<() => unknown> = [];

/** Runs at the end of the test, the last one first. */
export function atEnd(close: () => unknown): void {
  open.push(close);
}

afterEach(async () => {
  for (const close of open.splice(0).toReversed()) {
    await close();
  }
});

export function octets(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

/** Serves an application of the asynchronous profile until the test ends. */
export async function start(
  application: AsyncApplication,
  options: ServeOptions = {},
): Promise<ServerHandle> {
  const server = await serve(application, {
    ...(options.listen === undefined ? { port: 0 } : {}),
    profile: 'async',
    errors: { write() {}, flush() {} },
    gracefulTimeout: 1000,
    ...options,
  });
  atEnd(() => server.close());
  return server;
}

/** A site that passes everything on. */
export interface Site {
  readonly url: string;
  readonly application: ForwardApplication;
  /** The types of the events, in their order. */
  readonly events: string[];
  /** What was written to `tsgi.errors`. */
  readonly log: string[];
}

export async function startSite(
  options: ForwardOptions,
  serveOptions: ServeOptions = {},
): Promise<Site> {
  const events: string[] = [];
  const log: string[] = [];
  const application = forward({
    onUpstreamEvent: ({ type }) => void events.push(type),
    ...options,
  });
  atEnd(() => application.close());
  const errors = { write: (text: string) => void log.push(text), flush() {} };
  const server = await start(application, { errors, ...serveOptions });
  return { url: server.url, application, events, log };
}

export interface Answer {
  readonly status: number;
  readonly reason: string;
  /** name, value, … as they were received. */
  readonly rawHeaders: readonly string[];
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly trailers: IncomingMessage['trailers'];
  /** Whether the message came whole. */
  readonly complete: boolean;
}

/** Sends a request, on a connection of its own. */
export function send(url: string, options: RequestOptions = {}): ReturnType<typeof httpRequest> {
  const { hostname, port } = new URL(url);
  const path = url.slice(`http://${hostname}:${port}`.length) || '/';
  const sent = httpRequest({ hostname, port, path, agent: false, ...options });
  atEnd(() => void sent.destroy());
  sent.on('error', () => {});
  return sent;
}

/** The response to a request, as soon as its head has come. */
export async function headOf(sent: ReturnType<typeof httpRequest>): Promise<IncomingMessage> {
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.on('error', () => {});
  return response;
}

export interface AskOptions extends RequestOptions {
  readonly body?: string | Uint8Array;
}

/** Sends a request and reads the whole response, also one that is cut off. */
export async function ask(url: string, { body, ...options }: AskOptions = {}): Promise<Answer> {
  const sent = send(url, options);
  sent.end(body);
  return answerOf(await headOf(sent));
}

export async function answerOf(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  // an error of one that is cut off is no reason to reject
  await new Promise((resolve) => {
    response.once('close', resolve);
  });
  return {
    status: response.statusCode ?? 0,
    reason: response.statusMessage ?? '',
    rawHeaders: response.rawHeaders,
    headers: response.headers,
    body: Buffer.concat(chunks).toString('latin1'),
    trailers: response.trailers,
    complete: response.complete,
  };
}

/** What an upstream that is a script does with a connection. */
export type SocketScript = (socket: Socket, connection: number) => void | Promise<void>;

export interface SocketUpstream {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** Connections so far. */
  readonly sockets: Socket[];
  /** What came over all connections, one code unit for each octet. */
  readonly received: () => string;
  /** Settles when a number of connections has ended. */
  readonly closed: (count: number) => Promise<void>;
}

/** An upstream that follows a script of octets, on TCP or at a path, until the test ends. */
export async function startSocket(script: SocketScript, path?: string): Promise<SocketUpstream> {
  const sockets: Socket[] = [];
  const chunks: Buffer[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.on('data', (chunk) => void chunks.push(chunk));
    void script(socket, sockets.length);
  });
  server.listen(path === undefined ? { port: 0, host: '127.0.0.1' } : { path });
  await once(server, 'listening');
  atEnd(() => {
    server.close();
    for (const socket of sockets) {
      socket.destroy();
    }
  });
  const { port } = server.address() as { port: number };
  return {
    host: `127.0.0.1:${port}`,
    sockets,
    received: () => Buffer.concat(chunks).toString('latin1'),
    async closed(count) {
      const isOver = (socket: Socket): boolean => socket.closed || socket.readableEnded;
      while (sockets.filter(isOver).length < count) {
        await new Promise(setImmediate);
      }
    },
  };
}

/** A port on which nobody listens. */
export async function unusedHost(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return `127.0.0.1:${port}`;
}

/** Settles once octets that contain this text have come. */
export async function untilReceived(socket: Socket, text: string): Promise<string> {
  let seen = '';
  while (!seen.includes(text)) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    seen += chunk.toString('latin1');
  }
  return seen;
}

/** An application that answers with the strings of its environ, as JSON. */
export const tellEnviron: AsyncApplication = async (environ, startResponse) => {
  const body: Uint8Array[] = [];
  for await (const chunk of environ['tsgi.async_input'] ?? []) {
    body.push(chunk);
  }
  const strings = Object.entries(environ).filter(([, value]) => typeof value === 'string');
  const told = { ...Object.fromEntries(strings), body: Buffer.concat(body).toString('latin1') };
  startResponse('200 OK', [['Content-Type', 'application/json']]);
  return [new Uint8Array(Buffer.from(JSON.stringify(told)))];
};

export type ToldEnviron = Readonly<Record<string, string>>;

export async function askEnviron(url: string, options: AskOptions = {}): Promise<ToldEnviron> {
  const { body } = await ask(url, options);
  return JSON.parse(Buffer.from(body, 'latin1').toString()) as ToldEnviron;
}

/** An environ for what is made of one without a server. */
export function environOf(entries: Partial<Environ> = {}): Environ {
  const environ: Environ = {
    REQUEST_METHOD: 'GET',
    SCRIPT_NAME: '',
    PATH_INFO: '/',
    QUERY_STRING: '',
    REQUEST_URI: '/',
    SERVER_NAME: 'site.test',
    SERVER_PORT: '80',
    SERVER_PROTOCOL: 'HTTP/1.1',
    REMOTE_ADDR: '192.0.2.7',
    HTTP_HOST: 'site.test',
    'tsgi.version': [1, 0],
    'tsgi.url_scheme': 'http',
    'tsgi.input': { read: () => new Uint8Array(0), [Symbol.iterator]: () => [].values() },
    'tsgi.input_buffered': true,
    'tsgi.errors': { write() {}, flush() {} },
    'tsgi.multithread': false,
    'tsgi.multiprocess': false,
    'tsgi.run_once': false,
    'tsgi.interleaved': true,
    'tsgi.async': true,
    'tsgi.on_finish': () => {},
  };
  return Object.assign(environ, entries);
}
