import type { CheckedHeaders } from './header-list.ts';
import type { Protocol, RequestHead } from './request-head.ts';
import type { ResponseHead, ResponseSink } from './sink.ts';
import { isBodiless, reasonPhrase, type Status } from './status.ts';

/** What decides the head of a response, beside the length of its body. */
export interface ResponseFacts {
  readonly request: RequestHead;
  /** What was given to startResponse. */
  readonly given: { readonly parsed: Status; readonly headers: CheckedHeaders };
  /** name, value, name, value, … of the trailers set so far. */
  readonly trailers: readonly string[];
}

/**
 * TSGI 1.0, "Content-Length": the head that is sent for what the application gave. `knownLength` is
 * that of the body in octets, for an array or a body already exhausted; else undefined.
 */
export function buildResponseHead(
  facts: ResponseFacts,
  knownLength: number | undefined,
): ResponseHead {
  const { code: status, reason } = facts.given.parsed;
  const { flat, contentLength } = facts.given.headers;
  if (isBodiless(status)) {
    const headers = bodilessHeaders(status, flat);
    return { status, reason, headers, contentLength: 0, hasContent: false };
  }
  const hasContent = facts.request.method !== 'HEAD';
  const sum = contentLength === undefined ? lengthToAdd(facts, knownLength) : undefined;
  const headers = sum === undefined ? flat : [...flat, 'Content-Length', String(sum)];
  const head = { status, reason, headers, contentLength: contentLength ?? sum, hasContent };
  return facts.trailers.length === 0 ? head : announceTrailers(facts, head);
}

// Trailers, on HTTP/1.1: only the chunked coding carries them.
function lengthToAdd(
  { request, trailers }: ResponseFacts,
  knownLength: number | undefined,
): number | undefined {
  const nothingToAdd = request.method === 'HEAD' && knownLength === 0;
  const chunkedWanted = request.protocol === 'HTTP/1.1' && trailers.length > 0;
  return nothingToAdd || chunkedWanted ? undefined : knownLength;
}

/** Whether a response to a request of that version has a trailer section. */
export function carriesTrailers(head: ResponseHead, protocol: Protocol): boolean {
  return head.hasContent && (protocol === 'HTTP/2' || head.contentLength === undefined);
}

// RFC 9110 section 6.6.2: a sender names the trailer fields beforehand
function announceTrailers({ request, trailers }: ResponseFacts, head: ResponseHead): ResponseHead {
  if (!carriesTrailers(head, request.protocol)) {
    return head;
  }
  const names = new Map<string, string>();
  for (let index = 0; index < trailers.length; index += 2) {
    const name = trailers[index] as string;
    names.set(name.toLowerCase(), name);
  }
  return { ...head, headers: [...head.headers, 'Trailer', [...names.values()].join(', ')] };
}

// RFC 9110 section 8.6: none on 204; section 15.3.6: 205 says that nothing follows
function bodilessHeaders(status: number, flat: readonly string[]): readonly string[] {
  if (status === 304) {
    return flat;
  }
  const headers: string[] = [];
  for (let index = 0; index < flat.length; index += 2) {
    const name = flat[index] as string;
    if (name.toLowerCase() !== 'content-length') {
      headers.push(name, flat[index + 1] as string);
    }
  }
  if (status === 205) {
    headers.push('Content-Length', '0');
  }
  return headers;
}

/**
 * The server's own answer: the status line as text, nothing of what went wrong. Gives the octets of
 * content written.
 */
export function writeOwnResponse(sink: ResponseSink, method: string, status: number): number {
  const statusLine = `${status} ${OWN_REASONS[status] ?? 'Error'}`;
  const text = `${statusLine}\n`;
  sink.writeHead({
    status,
    reason: reasonPhrase(statusLine),
    headers: ['Content-Type', 'text/plain', 'Content-Length', String(text.length)],
    contentLength: text.length,
    hasContent: method !== 'HEAD',
  });
  const content = method === 'HEAD' ? '' : text;
  if (content !== '') {
    sink.writeChunk(Uint8Array.from(content, (character) => character.charCodeAt(0)));
  }
  sink.end();
  return content.length;
}

/** The reason phrases of the statuses that a gateway answers with by itself. */
const OWN_REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  404: 'Not Found',
  408: 'Request Timeout',
  413: 'Content Too Large',
  414: 'URI Too Long',
  417: 'Expectation Failed',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
  505: 'HTTP Version Not Supported',
};
