import type { ResponseSink, ResponseHead } from './sink.ts';
import type { CheckedHeaders } from './header-list.ts';
import { isBodiless, reasonPhrase, statusCode } from './status.ts';

/** What decides the head of a response. */
export interface ResponseFacts {
  readonly method: string;
  readonly status: string;
  readonly headers: CheckedHeaders;
  /** The length of the body in octets, for an array or a body already exhausted; else undefined. */
  readonly knownLength: number | undefined;
}

/** TSGI 1.0, "Content-Length": the head that is sent for what the application gave. */
export function buildResponseHead(facts: ResponseFacts): ResponseHead {
  const status = statusCode(facts.status);
  const { flat, contentLength } = facts.headers;
  const reason = reasonPhrase(facts.status);
  if (isBodiless(status)) {
    const headers = bodilessHeaders(status, flat);
    return { status, reason, headers, contentLength: 0, hasContent: false };
  }
  const head = facts.method === 'HEAD';
  const sum = head && facts.knownLength === 0 ? undefined : facts.knownLength;
  if (contentLength === undefined && sum !== undefined) {
    const headers = [...flat, 'Content-Length', String(sum)];
    return { status, reason, headers, contentLength: sum, hasContent: !head };
  }
  return { status, reason, headers: flat, contentLength, hasContent: !head };
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
  417: 'Expectation Failed',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
  505: 'HTTP Version Not Supported',
};
