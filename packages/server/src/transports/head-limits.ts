import type { RequestHead } from '@tsgi/core';
import type { ServerSettings } from '../options.ts';

/** Octets of ` HTTP/1.1` after the target of a request line, and of the spaces in it. */
const AROUND_TARGET = 10;
/** Octets between the name of a field and its value, and after it. */
const AROUND_VALUE = 4;
const LINE_END = 2;

/**
 * The status to refuse a head with that is above a limit; undefined where none is. What came in
 * another form is measured as HTTP/1.1 would have sent it, so that a limit means the same everywhere.
 */
export function headOverLimit(head: RequestHead, settings: ServerSettings): 414 | 431 | undefined {
  const line = head.method.length + head.target.length + AROUND_TARGET;
  if (line > settings.maxRequestLine) {
    return 414;
  }
  const { headers } = head;
  let size = line + LINE_END;
  for (let at = 0; at < headers.length; at += 2) {
    const field = fieldSize(headers, at);
    if (field - LINE_END > settings.maxFieldSize) {
      return 431;
    }
    size += field;
  }
  const tooMuch = size > settings.maxHeaderSize || headers.length > 2 * settings.maxFields;
  return tooMuch ? 431 : undefined;
}

function fieldSize(headers: readonly string[], at: number): number {
  return (headers[at] as string).length + (headers[at + 1] as string).length + AROUND_VALUE;
}
