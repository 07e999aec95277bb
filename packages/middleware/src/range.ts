import type { AsyncBody, Body, Environ, HeaderList, StartResponse } from '@tsgi/types';
import { type RangePart, rangeResponse } from './byte-range-parts.ts';
import { type ByteRange, parseByteRanges } from './byte-ranges.ts';
import { isHeaderList, type Start, statusCode } from './edit-start.ts';
import { type EitherMiddleware, either } from './either.ts';
import { fieldValue, withField, withoutFields } from './header-list.ts';
import { parseHttpDate } from './http-date.ts';
import { allowsRange } from './preconditions.ts';
import { mapResult } from './result.ts';
import { skipBody } from './skip-body.ts';
import { wrapBody } from './wrap-body.ts';

/**
 * Answers GET with Range from the application's own response of status 200 (RFC 9110, 14): 206 with
 * one range or several, 416 where none can be satisfied. The response needs a Content-Length, and
 * ranges in ascending order where there are several; any other is sent whole. What lies before and
 * between ranges is pulled and dropped, what lies behind is not pulled.
 */
export function range(): EitherMiddleware {
  return either((application) => (environ, startResponse) => {
    const field = environ['HTTP_RANGE'];
    if (environ.REQUEST_METHOD !== 'GET' || field === undefined) {
      const accepting: StartResponse = (status, headers, ...error) =>
        startResponse(status, isWhole({ status, headers }) ? accept(headers) : headers, ...error);
      return application(environ, environ.REQUEST_METHOD === 'GET' ? accepting : startResponse);
    }
    const response = new Ranged(environ, field, startResponse);
    const result = application(environ, response.startResponse);
    return mapResult(result, (body) => response.bodyFor(body));
  });
}

function isWhole({ status, headers }: Start): boolean {
  return (
    isHeaderList(headers) &&
    statusCode(status) === 200 &&
    /^\d{1,15}$/.test(fieldValue(headers, 'content-length') ?? '') &&
    fieldValue(headers, 'accept-ranges') !== 'none'
  );
}

function accept(headers: HeaderList): HeaderList {
  return withField(headers, 'Accept-Ranges', 'bytes');
}

class Ranged {
  readonly #environ: Environ;
  readonly #field: string;
  readonly #outer: StartResponse;
  /** What is sent: `undefined` for all of it. */
  #parts: readonly RangePart[] | undefined;
  #started = false;
  #position = 0;

  constructor(environ: Environ, field: string, outer: StartResponse) {
    this.#environ = environ;
    this.#field = field;
    this.#outer = outer;
  }

  readonly startResponse: StartResponse = (status, headers, ...error) => {
    const start = { status, headers };
    const found = isWhole(start) ? this.#select(start) : undefined;
    const shown = found?.start ?? start;
    this.#outer(shown.status, shown.headers, ...error);
    this.#parts = found?.parts;
    this.#started = true;
  };

  #select(start: Start): Selection {
    const { headers } = start;
    const size = Number(fieldValue(headers, 'content-length'));
    const validators = {
      etag: fieldValue(headers, 'etag'),
      lastModified: parseHttpDate(fieldValue(headers, 'last-modified') ?? ''),
    };
    const ranges = allowsRange(this.#environ, validators)
      ? parseByteRanges(this.#field, size)
      : undefined;
    if (ranges === undefined || !isAscending(ranges)) {
      return { start: { ...start, headers: accept(headers) }, parts: undefined };
    }
    return selectParts(accept(headers), ranges, size);
  }

  bodyFor(body: Body | AsyncBody): Body | AsyncBody {
    if (this.#started && this.#parts === undefined) {
      return body;
    }
    if (this.#started && this.#parts?.length === 0) {
      return skipBody(body);
    }
    return wrapBody(body, {
      chunk: (chunk) => this.#cut(chunk),
      isDone: () => this.#parts !== undefined && this.#position >= (this.#parts.at(-1)?.end ?? 0),
    });
  }

  #cut(chunk: Uint8Array): Uint8Array {
    const parts = this.#parts;
    if (parts === undefined) {
      return chunk;
    }
    const from = this.#position;
    const to = from + chunk.byteLength;
    this.#position = to;
    const pieces: Uint8Array[] = [];
    for (const { start, end, head, tail } of parts) {
      if (start < to && end > from) {
        pieces.push(
          ...(start >= from ? [head] : []),
          chunk.subarray(Math.max(start - from, 0), end - from),
          ...(end <= to ? [tail] : []),
        );
      }
    }
    return join(pieces);
  }
}

interface Selection {
  readonly start: Start;
  readonly parts: readonly RangePart[] | undefined;
}

function selectParts(headers: HeaderList, ranges: readonly ByteRange[], size: number): Selection {
  const [first, ...others] = ranges;
  if (first === undefined) {
    const fields: HeaderList = [
      ['Content-Range', `bytes */${size}`],
      ['Content-Length', '0'],
    ];
    const told = [...withoutFields(headers, 'Content-Length'), ...fields];
    return { start: { status: '416 Range Not Satisfiable', headers: told }, parts: [] };
  }
  const type = fieldValue(headers, 'content-type');
  const { fields, parts } = rangeResponse([first, ...others], { size, type });
  const kept = withoutFields(headers, 'Content-Length', 'Content-Type');
  return { start: { status: '206 Partial Content', headers: [...kept, ...fields] }, parts };
}

function isAscending(ranges: readonly ByteRange[]): boolean {
  return ranges.every(({ start }, index) => start >= (ranges[index - 1]?.end ?? 0));
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  if (pieces.length === 1) {
    return pieces[0] as Uint8Array;
  }
  const joined = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.byteLength, 0));
  let position = 0;
  for (const piece of pieces) {
    joined.set(piece, position);
    position += piece.byteLength;
  }
  return joined;
}
