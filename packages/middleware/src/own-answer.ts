import type { Body, HeaderList, StartResponse, StatusLine } from '@tsgi/types';

const encoder = new TextEncoder();

/** An answer of the middleware's own: a line of text, which the status names. */
export function ownAnswer(
  startResponse: StartResponse,
  status: StatusLine,
  headers: HeaderList = [],
): Body {
  const octets = encoder.encode(`${status}\n`);
  startResponse(status, [
    ['Content-Type', 'text/plain; charset=utf-8'],
    ['Content-Length', String(octets.byteLength)],
    ...headers,
  ]);
  return [octets];
}
