import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type ClientSessionOptions,
  connect as connectHttp2,
  type OutgoingHttpHeaders,
} from 'node:http2';
import { text } from 'node:stream/consumers';
import type { Application, AsyncApplication } from '@tsgi/types';
import { afterEach } from 'vitest';
import { serve, type ServeOptions, type ServerHandle } from '../src/index.ts';

const fixture = (name: string) =>
  readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');
export const cert = fixture('localhost.cert.pem');
export const key = fixture('localhost.key.pem');
/** What is undone when the test ends, last in first out. */
export const open: Array<() => unknown> = [];

afterEach(async () => {
  for (const close of open.splice(0).toReversed()) {
    await close();
  }
});

export interface Started {
  readonly server: ServerHandle;
  readonly faults: unknown[];
}

/** Serves TLS on a port of the system's choice until the test ends. */
export async function startTls(
  app: Application | AsyncApplication,
  options: ServeOptions = {},
): Promise<Started> {
  const faults: unknown[] = [];
  const server = await serve(app, {
    port: 0,
    tls: { cert, key },
    errors: { write() {}, flush() {} },
    onError: (error) => void faults.push(error),
    ...options,
  });
  open.push(() => server.close());
  return { server, faults };
}

/** A client that speaks HTTP/2. */
export function session(
  server: ServerHandle,
  options: ClientSessionOptions = {},
): ClientHttp2Session {
  const client = connectHttp2(server.url, { ca: cert, ...options });
  client.on('error', () => {});
  open.push(() => client.destroy());
  return client;
}

export interface Answer {
  readonly headers: Record<string, unknown>;
  readonly content: string;
}

export async function answerOf(stream: ClientHttp2Stream): Promise<Answer> {
  const content = text(stream);
  const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
  return { headers, content: await content };
}

export function ask(
  client: ClientHttp2Session,
  headers: OutgoingHttpHeaders,
  body?: string,
): Promise<Answer> {
  const stream = client.request(headers, { endStream: body === undefined });
  const answered = answerOf(stream);
  if (body !== undefined) {
    stream.end(body, 'latin1');
  }
  return answered;
}
