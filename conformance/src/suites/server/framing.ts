import type { HeaderList, StatusLine } from '@tsgi/types';
import type { CheckId, ServerCheck } from '../../check.ts';
import type { Driver } from '../../engine/driver.ts';
import type { RequestShape } from '../../wire/request-bytes.ts';
import type { WireResponse } from '../../wire/response-reader.ts';
import { answering, byPath, streaming } from './applications.ts';
import { assertContent, fieldOf, readFollowing } from './tables.ts';

const LENGTH = 'content-length';
const CODING = 'transfer-encoding';

/** A response and how it must be framed. */
interface FramingCase {
  readonly id: CheckId;
  readonly title: string;
  readonly kind: 'array' | 'iterator';
  readonly chunks: readonly string[];
  readonly status?: StatusLine;
  readonly headers?: HeaderList;
  readonly request?: RequestShape;
  readonly body: string;
  /** The values of Content-Length that a conforming server may send; undefined for none. */
  readonly lengths: readonly (string | undefined)[];
  /** The values of Transfer-Encoding; none unless given. */
  readonly codings?: readonly (string | undefined)[];
}

/** The response is followed by another request, so that octets too many are seen. */
function framingCheck(test: FramingCase): ServerCheck {
  const { id, title, kind, chunks, status = '200 OK', headers = [], request = {} } = test;
  return {
    id,
    title,
    requires: request.version === 'HTTP/1.0' ? ['http10'] : undefined,
    app: (probe) => {
      const answer = { status, headers, chunks };
      const judged = kind === 'array' ? answering(probe, answer) : streaming(probe, answer);
      return byPath({ '/next': answering(probe) }, judged);
    },
    run: async (driver) => {
      // Where the end of the connection has to be the end of the content, nothing can follow.
      const isLast = request.version === 'HTTP/1.0' && !test.lengths.some(Boolean);
      const response = await (isLast
        ? driver.exchange(request)
        : exchangeAndFollow(driver, request));
      driver.assert.equal('status code', response.statusCode, Number(status.slice(0, 3)));
      assertContent(driver, response, test.body);
      const [length] = fieldOf(response, LENGTH);
      driver.assert.oneOf('Content-Length', length, test.lengths);
      // With a Content-Length the reader has seen to it, and with two choices there is none to make.
      if (length !== undefined || test.codings?.length === 2) return;
      const coding = fieldOf(response, CODING)[0];
      driver.assert.oneOf('Transfer-Encoding', coding, test.codings ?? [undefined]);
    },
  };
}

/** Reads a response and then the one to a second request, unless the server closes. */
async function exchangeAndFollow(driver: Driver, request: RequestShape): Promise<WireResponse> {
  const connection = await driver.begin(request);
  const response = await connection.response(request.method);
  const next = await readFollowing(driver, connection);
  // After HTTP/1.0 there is a next response only where the server goes on of its own accord.
  if (request.version === undefined) {
    driver.assert.oneOf('status of the next response', next?.status, ['200 OK', undefined]);
  }
  driver.assert.equal('octets that belong to no response', connection.unread, 0);
  return response;
}

const CL2: HeaderList = [['Content-Length', '2']];
const HEAD = { method: 'HEAD' } as const;
const OLD = { version: 'HTTP/1.0' } as const;

const cases: readonly FramingCase[] = [
  {
    id: 'FRAME-CL-OVER.one-chunk',
    title: 'A chunk beyond Content-Length is cut',
    kind: 'iterator',
    chunks: ['abcd'],
    headers: CL2,
    body: 'ab',
    lengths: ['2'],
  },
  {
    id: 'FRAME-CL-OVER.later-chunk',
    title: 'Chunks after Content-Length is reached are not sent',
    kind: 'iterator',
    chunks: ['ab', 'cd', 'ef'],
    headers: CL2,
    body: 'ab',
    lengths: ['2'],
  },
  {
    id: 'FRAME-CL-OVER.array',
    title: 'An Array beyond Content-Length is cut',
    kind: 'array',
    chunks: ['a', 'bc', 'd'],
    headers: CL2,
    body: 'ab',
    lengths: ['2'],
  },
  {
    id: 'FRAME-CL-OVER.zero',
    title: 'With a Content-Length of 0 nothing is sent',
    kind: 'iterator',
    chunks: ['abcd'],
    headers: [['Content-Length', '0']],
    body: '',
    lengths: ['0'],
  },
  {
    id: 'FRAME-CL-GUESS.unequal-chunks',
    title: 'The length of the first chunk is not taken for that of the body',
    kind: 'iterator',
    chunks: ['a', 'bcd', 'ef'],
    body: 'abcdef',
    lengths: [undefined],
    codings: ['chunked', undefined],
  },
  {
    id: 'FRAME-CL-GUESS.one-chunk',
    title: 'A body of one chunk that is no Array has no Content-Length',
    kind: 'iterator',
    chunks: ['abc'],
    body: 'abc',
    lengths: [undefined],
    codings: ['chunked', undefined],
  },
  {
    id: 'FRAME-ARRAY-SUM.three',
    title: 'The Content-Length of an Array is the sum of its chunks',
    kind: 'array',
    chunks: ['a', 'bcd', 'ef'],
    body: 'abcdef',
    lengths: ['6'],
  },
  {
    id: 'FRAME-ARRAY-SUM.empty',
    title: 'The Content-Length of an empty Array is 0',
    kind: 'array',
    chunks: [],
    body: '',
    lengths: ['0'],
  },
  {
    id: 'FRAME-ARRAY-SUM.http10',
    title: 'The same for HTTP/1.0',
    kind: 'array',
    chunks: ['ab', 'c'],
    request: OLD,
    body: 'abc',
    lengths: ['3'],
  },
  {
    id: 'FRAME-ARRAY-SUM.head',
    title: 'The same for HEAD where the sum is above 0',
    kind: 'array',
    chunks: ['ab', 'c'],
    request: HEAD,
    body: '',
    lengths: ['3'],
  },
  {
    id: 'FRAME-CHUNKED.unknown-length',
    title: 'Content of unknown length is chunked on HTTP/1.1',
    kind: 'iterator',
    chunks: ['ab', 'c'],
    body: 'abc',
    lengths: [undefined],
    codings: ['chunked'],
  },
  {
    id: 'FRAME-HTTP10.unknown-length',
    title: 'Content of unknown length ends with the connection on HTTP/1.0',
    kind: 'iterator',
    chunks: ['ab', 'c'],
    request: OLD,
    body: 'abc',
    lengths: [undefined],
  },
  {
    id: 'FRAME-HTTP10.keep-alive',
    title: 'The same where the client asks for a persistent connection',
    kind: 'iterator',
    chunks: ['ab', 'c'],
    request: { ...OLD, headers: [['Connection', 'keep-alive']] },
    body: 'abc',
    lengths: [undefined],
  },
  {
    id: 'FRAME-HTTP10.empty',
    title: 'The same where there is no content',
    kind: 'iterator',
    chunks: [],
    request: OLD,
    body: '',
    lengths: ['0', undefined],
  },
  {
    id: 'FRAME-HTTP10.head',
    title: 'The same for HEAD',
    kind: 'iterator',
    chunks: ['ab'],
    request: { ...OLD, method: 'HEAD' },
    body: '',
    lengths: [undefined],
  },
  ...(
    [
      ['array', 'array', []],
      ['iterator', 'iterator', []],
      ['empty-chunks', 'iterator', ['', '']],
      ['array-of-empty-chunks', 'array', ['', '']],
    ] as const
  ).map(
    ([variant, kind, chunks]): FramingCase => ({
      id: `FRAME-EMPTY.${variant}`,
      title: `A body without octets has a complete response (${variant.replaceAll('-', ' ')})`,
      kind,
      chunks,
      body: '',
      lengths: ['0', undefined],
      codings: ['chunked', undefined],
    }),
  ),
  {
    id: 'FRAME-HEAD.array',
    title: 'HEAD has no content for an Array',
    kind: 'array',
    chunks: ['abc'],
    request: HEAD,
    body: '',
    lengths: ['3'],
  },
  {
    id: 'FRAME-HEAD.iterator',
    title: 'HEAD has no content for a body of unknown length',
    kind: 'iterator',
    chunks: ['abc'],
    request: HEAD,
    body: '',
    lengths: [undefined],
    codings: ['chunked', undefined],
  },
  {
    id: 'FRAME-HEAD-CL.head',
    title: 'HEAD has the Content-Length that the application gave',
    kind: 'iterator',
    chunks: [],
    headers: [['Content-Length', '7']],
    request: HEAD,
    body: '',
    lengths: ['7'],
  },
  {
    id: 'FRAME-HEAD-CL.with-content',
    title: 'The same where the body has other octets',
    kind: 'array',
    chunks: ['abc'],
    headers: [['Content-Length', '7']],
    request: HEAD,
    body: '',
    lengths: ['7'],
  },
  {
    id: 'FRAME-HEAD-CL.not-modified',
    title: '304 has the Content-Length that the application gave',
    kind: 'array',
    chunks: [],
    status: '304 Not Modified',
    headers: [['Content-Length', '7']],
    body: '',
    lengths: ['7'],
  },
  {
    id: 'FRAME-HEAD-SUM.empty-array',
    title: 'HEAD has no Content-Length for an empty Array',
    kind: 'array',
    chunks: [],
    request: HEAD,
    body: '',
    lengths: [undefined],
    codings: ['chunked', undefined],
  },
  {
    id: 'FRAME-HEAD-SUM.empty-chunks',
    title: 'Nor for an Array of empty chunks',
    kind: 'array',
    chunks: ['', ''],
    request: HEAD,
    body: '',
    lengths: [undefined],
    codings: ['chunked', undefined],
  },
  ...(['204 No Content', '304 Not Modified'] as const).flatMap((status) =>
    (['array', 'iterator'] as const).map(
      (kind): FramingCase => ({
        id: `FRAME-NOBODY.${status.slice(0, 3)}-${kind}-of-content`,
        title: `${status.slice(0, 3)} has neither content nor a length that nobody gave (${kind})`,
        kind,
        chunks: ['abc', 'de'],
        status,
        body: '',
        lengths: [undefined],
      }),
    ),
  ),
  {
    id: 'FRAME-NOBODY.204',
    title: '204 has neither content nor framing fields',
    kind: 'iterator',
    chunks: [],
    status: '204 No Content',
    body: '',
    lengths: [undefined],
  },
  {
    id: 'FRAME-NOBODY.204-empty-array',
    title: '204 has no Content-Length of 0',
    kind: 'array',
    chunks: [],
    status: '204 No Content',
    body: '',
    lengths: [undefined],
  },
  {
    id: 'FRAME-NOBODY.204-content-length',
    title: 'A Content-Length that the application gave is removed from 204',
    kind: 'array',
    chunks: [],
    status: '204 No Content',
    headers: [['Content-Length', '0']],
    body: '',
    lengths: [undefined],
  },
  {
    id: 'FRAME-NOBODY.304',
    title: '304 has neither content nor Transfer-Encoding',
    kind: 'iterator',
    chunks: ['abc'],
    status: '304 Not Modified',
    body: '',
    lengths: [undefined],
  },
  {
    id: 'FRAME-205.array',
    title: '205 has no content and a Content-Length of 0',
    kind: 'array',
    chunks: ['abc'],
    status: '205 Reset Content',
    body: '',
    lengths: ['0'],
  },
  {
    id: 'FRAME-205.empty',
    title: 'The same for a body without octets',
    kind: 'iterator',
    chunks: [],
    status: '205 Reset Content',
    body: '',
    lengths: ['0'],
  },
  {
    id: 'FRAME-205.iterator',
    title: 'The same where the application gave another length',
    kind: 'iterator',
    chunks: ['abc'],
    status: '205 Reset Content',
    headers: [['Content-Length', '3']],
    body: '',
    lengths: ['0'],
  },
];

/** How the end of the content is marked. */
export const framingChecks: readonly ServerCheck[] = cases.map(framingCheck);
