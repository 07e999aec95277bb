import * as fc from 'fast-check';
import type { Http1Client, Http1Server } from '../../src/http1/index.ts';
import { content, fields, fieldValue, target, token, trailers } from './arbitraries.ts';
import { latin1 } from './notation.ts';

/** Content and how it is sent. */
export interface Message {
  /** name, value, … without what frames. */
  readonly headers: readonly string[];
  readonly content: readonly Uint8Array[];
  /** Without, the length is declared, and there are no trailers. */
  readonly chunked: boolean;
  readonly trailers: readonly string[];
}

/** A request and what answers it. */
export interface Exchange {
  readonly method: string;
  readonly target: string;
  readonly version: 'HTTP/1.0' | 'HTTP/1.1';
  /** The value of the client's Connection field, where it sends one. */
  readonly connection: string | undefined;
  /** Chunked in HTTP/1.1 only: RFC 9112 section 6.1. */
  readonly request: Message;
  readonly interims: readonly (readonly string[])[];
  readonly status: number;
  readonly reason: string;
  readonly response: Message;
  readonly serverCloses: boolean;
  /** Whether the response is sent before the content of the request. */
  readonly early: boolean;
}

const message: fc.Arbitrary<Message> = fc.record({
  headers: fields,
  content,
  chunked: fc.boolean(),
  trailers,
});

/** Any exchange. */
export const exchange: fc.Arbitrary<Exchange> = fc.record({
  method: fc.oneof(fc.constantFrom('GET', 'HEAD', 'POST'), token),
  target,
  version: fc.constantFrom('HTTP/1.0', 'HTTP/1.1', 'HTTP/1.1'),
  connection: fc.constantFrom(undefined, undefined, 'keep-alive', 'Keep-Alive, x', 'x', 'CLOSE'),
  request: message,
  interims: fc.array(fields, { maxLength: 2 }),
  status: fc.oneof(fc.constantFrom(204, 304), fc.integer({ min: 200, max: 999 })),
  reason: fieldValue,
  response: message,
  serverCloses: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
  early: fc.boolean(),
});

interface Sender {
  sendData(length: number): string;
  sendEnd(trailers: readonly string[]): string;
  readonly afterData: string;
}

function writeContent(sender: Sender, pieces: readonly Uint8Array[], end: readonly string[]) {
  const written = pieces.map(
    (piece) => sender.sendData(piece.byteLength) + latin1(piece) + sender.afterData,
  );
  return written.join('') + sender.sendEnd(end);
}

/** The length of the content of a message in octets; undefined where it is sent in chunks. */
export function declaredLength(
  { chunked, content: parts }: Message,
  version: Exchange['version'],
): number | undefined {
  return chunked && version === 'HTTP/1.1'
    ? undefined
    : parts.reduce((sum, piece) => sum + piece.byteLength, 0);
}

/** The fields of a request as its client writes them; what frames comes after them. */
export function requestFields({ connection, request }: Exchange): string[] {
  const option = connection === undefined ? [] : ['Connection', connection];
  return ['Host', 'example:80', ...option, ...request.headers];
}

/** Whether a response has content, whatever its message says. */
export function hasContent({ method, status }: Exchange): boolean {
  return method !== 'HEAD' && status !== 204 && status !== 304;
}

/** Writes the head of a request; HTTP/1.0 is written over what the engine says. */
export function writeRequestHead(client: Http1Client, sent: Exchange): string {
  const { method, target: to, version, request } = sent;
  const head = client.sendHead({
    method,
    target: to,
    headers: requestFields(sent),
    contentLength: declaredLength(request, version),
  });
  return head.replace(' HTTP/1.1\r\n', ` ${version}\r\n`);
}

/** Writes what comes after the head of a request. */
export function writeRequestContent(client: Http1Client, { request, version }: Exchange): string {
  const chunked = declaredLength(request, version) === undefined;
  return writeContent(client, request.content, chunked ? request.trailers : []);
}

/** Writes the whole of a response, with what comes before it. */
export function writeResponse(server: Http1Server, sent: Exchange): string {
  const { status, reason, response, interims, version } = sent;
  if (sent.serverCloses) {
    server.closeAfter();
  }
  const before = interims.map((hints) => server.sendInterim(103, 'Early Hints', hints)).join('');
  if (!hasContent(sent)) {
    const head = { status, reason, headers: response.headers, contentLength: undefined };
    return before + server.sendHead({ ...head, hasContent: false }) + server.sendEnd();
  }
  // in HTTP/1.0 what is to be chunked ends with the connection
  const contentLength = response.chunked ? undefined : declaredLength(response, version);
  const declared = contentLength === undefined ? [] : ['Content-Length', `${contentLength}`];
  const headers = [...response.headers, ...declared];
  const head = server.sendHead({ status, reason, headers, contentLength, hasContent: true });
  const chunked = response.chunked && version === 'HTTP/1.1';
  return before + head + writeContent(server, response.content, chunked ? response.trailers : []);
}
