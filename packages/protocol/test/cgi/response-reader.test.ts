import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  CGI_ERRORS,
  CgiError,
  type CgiErrorCode,
  CgiResponseReader,
  type CgiResponseReaderOptions,
  writeCgiHead,
  writeLocalRedirect,
} from '../../src/cgi/index.ts';
import { sizes } from '../http1/arbitraries.ts';
import { latin1, octets } from '../http1/notation.ts';
import { pieces } from '../http1/segmentation.ts';
import { damaged, joined, response } from './arbitraries.ts';
import { trace, traceAll, type Traced } from './drive.ts';

function read(text: string, options: CgiResponseReaderOptions = {}): Traced[] {
  return traceAll(() => new CgiResponseReader(options), octets(text));
}

describe('CgiResponseReader', () => {
  test.each<readonly [text: string, head: object]>([
    [
      'Content-Type: text/plain\n\nhi',
      { kind: 'document', status: 200, reason: 'OK', headers: ['Content-Type', 'text/plain'] },
    ],
    [
      'content-type:\ttext/plain \r\nSTATUS:404 Not Found\r\nX-A: 1\r\nX-A: 2\n\r\nhi',
      {
        kind: 'document',
        status: 404,
        reason: 'Not Found',
        headers: ['content-type', 'text/plain', 'X-A', '1', 'X-A', '2'],
      },
    ],
    ['Status: 299\n\nhi', { status: 299, reason: '', headers: [] }],
    ['Status: 200 a  b: c\n\nhi', { reason: 'a  b: c' }],
    [
      'Location: /a?b=c\n\nhi',
      { kind: 'local-redirect', status: 302, reason: 'Found', location: '/a?b=c' },
    ],
    [
      'Location: http://a/#b\n\nhi',
      { kind: 'client-redirect', status: 302, reason: 'Found', location: 'http://a/#b' },
    ],
    [
      'Location: /a\nStatus: 303 See Other\nContent-Type: a/b\n\nhi',
      { kind: 'client-redirect', status: 303 },
    ],
    ['Location: /a\nStatus: 201 Created\n\nhi', { kind: 'document', status: 201, location: '/a' }],
    ['Location: /a\nStatus: 399\n\nhi', { kind: 'client-redirect', status: 399 }],
    ['Location: /a\nStatus: 400 Bad\n\nhi', { kind: 'document', status: 400 }],
    ['Status:\nLocation: \nContent-Type: a/b\n\nhi', { kind: 'document', location: undefined }],
    ['Status: 200 OK\nConnection: close\nKeep-Alive: 1\n\nhi', { headers: [] }],
    ['Status: 200 \xe9\nX-\x21: \xff\n\nhi', { reason: '\xe9', headers: ['X-!', '\xff'] }],
    ['Status: 200 OK\nContent-Length: 2\n\nhi', { contentLength: 2 }],
  ])('reads %j', (text, head) => {
    expect(read(text)).toEqual([
      expect.objectContaining({ type: 'response', ...head }),
      { type: 'data', data: 'hi' },
      { type: 'end' },
      'closed',
    ]);
  });

  test.each<readonly [text: string, code: CgiErrorCode]>([
    ['', 'ERR_CGI_TRUNCATED'],
    ['Status: 200 OK\n', 'ERR_CGI_TRUNCATED'],
    ['Status: 200 OK\r\n\r', 'ERR_CGI_TRUNCATED'],
    ['\n', 'ERR_CGI_NO_FIELD'],
    ['X-A: b\n\n', 'ERR_CGI_NO_FIELD'],
    ['Content-Type:\n\n', 'ERR_CGI_NO_FIELD'],
    ['Status\n\n', 'ERR_CGI_FIELD'],
    [': a\n\n', 'ERR_CGI_FIELD'],
    ['Status : 200 OK\n\n', 'ERR_CGI_FIELD'],
    ['Status: 200 OK\n folded\n\n', 'ERR_CGI_FIELD'],
    ['HTTP/1.1 200 OK\n\n', 'ERR_CGI_FIELD'],
    ['Status: 200 OK\rX: y\n\n', 'ERR_CGI_LINE'],
    ['Status: 200 OK\nX: \0\n\n', 'ERR_CGI_LINE'],
    ['Status: 200 OK\nX: \x7f\n\n', 'ERR_CGI_LINE'],
    ['Status: 20 OK\n\n', 'ERR_CGI_STATUS'],
    ['Status: 2000\n\n', 'ERR_CGI_STATUS'],
    ['Status: 200OK\n\n', 'ERR_CGI_STATUS'],
    ['Status: 100 Continue\n\n', 'ERR_CGI_STATUS'],
    ['Status: 000 Nothing\n\n', 'ERR_CGI_STATUS'],
    ['Status: 200 OK\nStatus: 200 OK\n\n', 'ERR_CGI_REPEATED'],
    ['Content-Type: a/b\ncontent-type: a/b\n\n', 'ERR_CGI_REPEATED'],
    ['Location: /a\nLocation: /a\n\n', 'ERR_CGI_REPEATED'],
    ['Status: 200 OK\nContent-Length: 1\nContent-Length: 1\n\nx', 'ERR_CGI_REPEATED'],
    ['Status: 200 OK\nContent-Length: 1, 1\n\nx', 'ERR_CGI_CONTENT_LENGTH'],
    ['Status: 200 OK\nContent-Length: -1\n\nx', 'ERR_CGI_CONTENT_LENGTH'],
    ['Status: 200 OK\nContent-Length: 9007199254740992\n\nx', 'ERR_CGI_CONTENT_LENGTH'],
    ['Status: 200 OK\nTransfer-Encoding: chunked\n\n0\r\n\r\n', 'ERR_CGI_TRANSFER_ENCODING'],
  ])('refuses %j', (text, code) => {
    expect(read(text)).toEqual([code]);
    expect(CGI_ERRORS[code]).toMatchObject({ blame: 'script', status: 502 });
  });

  test('ends the content where Content-Length says, and tells when it lies', () => {
    const head = 'Status: 200 OK\nContent-Length: 2\n\n';
    const [event] = read(`${head}hi`);
    const data = { type: 'data', data: 'hi' };
    expect(trace(new CgiResponseReader(), [octets(`${head}hi`)], { end: false })).toEqual([
      event,
      data,
      { type: 'end' },
      'need-data',
    ]);
    expect(read(`${head}h`)).toEqual([event, { type: 'data', data: 'h' }, 'ERR_CGI_TRUNCATED']);
    expect(read(`${head}hi!`)).toEqual([event, data, { type: 'end' }, 'ERR_CGI_EXCESS']);
  });

  test.each<readonly [head: string, options: CgiResponseReaderOptions]>([
    ['Status: 200 OK\nContent-Length: 9\n\n', { head: true }],
    ['Status: 204 No Content\n\n', {}],
    ['Status: 304 Not Modified\nContent-Length: 9\n\n', {}],
  ])('discards what follows %j with %j', (head, options) => {
    const [, ...rest] = read(`${head}more`, options);
    expect(rest).toEqual([{ type: 'end' }, 'closed']);
  });

  test('takes a status line where it is told to', () => {
    const options = { statusLine: 'accept' } as const;
    expect(read('HTTP/1.1 404 Not Found\r\nLocation: /a\r\n\r\n', options)).toEqual([
      expect.objectContaining({ kind: 'document', status: 404, reason: 'Not Found' }),
      { type: 'end' },
      'closed',
    ]);
    expect(read('HTTP/1.0 200 \r\n\r\n', options)[0]).toMatchObject({ status: 200, headers: [] });
    expect(read('Status: 200 OK\r\n\r\n', options)[0]).toMatchObject({ status: 200 });
    expect(read('HTTP/1.1 200 OK\nStatus: 200 OK\n\n', options)).toEqual(['ERR_CGI_REPEATED']);
    expect(read('HTTP/1.1 OK\n\n', options)).toEqual(['ERR_CGI_STATUS']);
  });

  test('holds to its limits, at each of them and one beyond', () => {
    const limits = { line: 15, head: 40, fields: 3 };
    const code = 'ERR_CGI_HEAD_TOO_LARGE';
    const line = 'Status: 200 abc';
    expect(read(`${line}\r\n\r\n`, { limits })[0]).toMatchObject({ reason: 'abc' });
    expect(read(`${line}d\r\n\r\n`, { limits })).toEqual([code]);
    expect(read(`${line}\r\nA: 4567890123\r\nB: 3456\n`, { limits })).toEqual([
      'ERR_CGI_TRUNCATED',
    ]);
    expect(read(`${line}\r\nA: 4567890123\r\nB: 34567\n`, { limits })).toEqual([code]);
    expect(read('Status: 200\na:\nb:\n\n', { limits })[0]).toMatchObject({ status: 200 });
    expect(read('Status: 200\na:\nb:\nc:\n\n', { limits })).toEqual([code]);
    expect(read('x'.repeat(200), { limits })).toEqual([code]);
  });

  test('takes nothing after the end', () => {
    const reader = new CgiResponseReader();
    reader.receive(octets(''));
    expect(() => reader.receive(octets('x'))).toThrow(CgiError);
  });

  test('reads what writeCgiHead writes', () => {
    fc.assert(
      fc.property(
        response,
        fc.uint8Array({ maxLength: 40 }),
        fc.constantFrom(undefined, 'HTTP/1.1' as const),
        sizes,
        (sent, content, protocol, cut) => {
          const all = joined(writeCgiHead(sent, protocol), content);
          const reader = new CgiResponseReader({ statusLine: protocol ? 'accept' : 'refuse' });
          expect(trace(reader, pieces(all, cut))).toEqual([
            expect.objectContaining({
              status: sent.status,
              reason: sent.reason,
              headers: sent.headers,
            }),
            ...(content.length === 0 ? [] : [{ type: 'data', data: latin1(content) }]),
            { type: 'end' },
            'closed',
          ]);
        },
      ),
    );
  });

  test('comes to an end with octets of any kind, the same for all pieces', () => {
    const sent = fc
      .tuple(response, fc.uint8Array({ maxLength: 20 }))
      .map(([head, content]) => joined(writeCgiHead(head), content));
    const limits = { line: 40, head: 120, fields: 6 };
    fc.assert(
      fc.property(
        fc.oneof(damaged(sent), fc.uint8Array({ maxLength: 60 })),
        sizes,
        (input, cut) => {
          const whole = trace(new CgiResponseReader({ limits }), [input]);
          expect(trace(new CgiResponseReader({ limits }), pieces(input, cut))).toEqual(whole);
          expect(whole.at(-1)).toMatch(/^(closed|ERR_CGI_[A-Z_]+)$/);
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('writeCgiHead and writeLocalRedirect', () => {
  test('write what RFC 3875 shows', () => {
    const headers = ['Content-Type', 'text/plain'];
    expect(latin1(writeCgiHead({ status: 200, reason: 'OK', headers }))).toBe(
      'Status: 200 OK\r\nContent-Type: text/plain\r\n\r\n',
    );
    expect(latin1(writeCgiHead({ status: 200, reason: 'OK', headers: [] }, 'HTTP/1.0'))).toBe(
      'HTTP/1.0 200 OK\r\n\r\n',
    );
    expect(read(latin1(writeLocalRedirect('/a?b')))[0]).toMatchObject({
      kind: 'local-redirect',
      location: '/a?b',
    });
  });

  test.each([
    { status: 199, reason: '', headers: [] },
    { status: 1000, reason: '', headers: [] },
    { status: 200.5, reason: '', headers: [] },
    { status: 200, reason: 'a\r\nb: c', headers: [] },
    { status: 200, reason: '', headers: ['a b', 'c'] },
    { status: 200, reason: '', headers: ['', 'c'] },
    { status: 200, reason: '', headers: ['a', 'b\nc'] },
    { status: 200, reason: '', headers: ['a', '\u0100'] },
    { status: 200, reason: '', headers: ['a'] },
    { status: 200, reason: '', headers: ['sTatus', '404'] },
  ])('refuse %j', (sent) => {
    expect(() => writeCgiHead(sent)).toThrow(/can be said in CGI/);
  });

  test.each(['a', '', 'http://a/', '/a\n'])('refuse a local redirect to %j', (location) => {
    expect(() => writeLocalRedirect(location)).toThrow(CgiError);
  });
});
