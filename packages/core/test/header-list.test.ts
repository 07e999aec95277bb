import { describe, expect, test } from 'vitest';
import { checkHeaders, parseContentLength } from '../src/header-list.ts';
import { checkStatus, reasonPhrase, statusCode } from '../src/status.ts';

describe('checkHeaders', () => {
  test('keeps order, case and duplicates', () => {
    const { flat } = checkHeaders([
      ['X-B', '2'],
      ['set-cookie', 'a=1'],
      ['Set-Cookie', 'b=2'],
      ['X-Empty', ''],
    ]);
    expect(flat).toEqual(['X-B', '2', 'set-cookie', 'a=1', 'Set-Cookie', 'b=2', 'X-Empty', '']);
  });

  test('takes a pair for what its places hold, whatever else it gives', () => {
    const evil = { length: 0, toString: () => 'v\r\nX-Evil: 1' };
    const pair = Object.assign(['X-A', 'a'], {
      *[Symbol.iterator]() {
        yield 'X-A';
        yield evil;
      },
    });
    expect(checkHeaders([pair]).flat).toEqual(['X-A', 'a']);
    const answers = ['a', 'v\r\nX-Evil: 1'];
    const fickle = new Proxy(['X-A', 'a'], {
      get: (target, key) => (key === '1' ? answers.shift() : Reflect.get(target, key)),
    });
    expect(checkHeaders([fickle]).flat).toEqual(['X-A', 'a']);
  });

  test('reads Content-Length', () => {
    expect(checkHeaders([['content-LENGTH', '007']]).contentLength).toBe(7);
    expect(checkHeaders([]).contentLength).toBeUndefined();
  });

  test('takes tabs, obs-text and spaces inside a value', () => {
    expect(() => checkHeaders([['X', 'a\t b\u00ff']])).not.toThrow();
  });

  test.each([
    ['ERR_TSGI_HEADERS', { 'X-A': '1' }],
    ['ERR_TSGI_HEADERS', undefined],
    ['ERR_TSGI_HEADERS', new Map([['a', 'b']])],
    ['ERR_TSGI_HEADERS', [['a']]],
    ['ERR_TSGI_HEADERS', [['a', 'b', 'c']]],
    ['ERR_TSGI_HEADERS', ['ab']],
    ['ERR_TSGI_HEADERS', [['a', 1]]],
    ['ERR_TSGI_HEADERS', [[1, 'a']]],
    ['ERR_TSGI_HEADER_NAME', [['', 'x']]],
    ['ERR_TSGI_HEADER_NAME', [['X Y', 'x']]],
    ['ERR_TSGI_HEADER_NAME', [['X:', 'x']]],
    ['ERR_TSGI_HEADER_NAME', [['Status', '200']]],
    ['ERR_TSGI_HEADER_NAME', [['X\r\nY', 'x']]],
    ['ERR_TSGI_HEADER_NAME', [['é', 'x']]],
    ['ERR_TSGI_HEADER_VALUE', [['X', 'a\r\nb']]],
    ['ERR_TSGI_HEADER_VALUE', [['X', 'a\n']]],
    ['ERR_TSGI_HEADER_VALUE', [['X', 'a\u0000']]],
    ['ERR_TSGI_HEADER_VALUE', [['X', ' a']]],
    ['ERR_TSGI_HEADER_VALUE', [['X', 'a ']]],
    ['ERR_TSGI_HEADER_VALUE', [['X', '\u20ac']]],
    ['ERR_TSGI_HEADER_HOP', [['Connection', 'close']]],
    ['ERR_TSGI_HEADER_HOP', [['transfer-encoding', 'chunked']]],
    ['ERR_TSGI_CONTENT_LENGTH', [['Content-Length', '-1']]],
    ['ERR_TSGI_CONTENT_LENGTH', [['Content-Length', '1.0']]],
    ['ERR_TSGI_CONTENT_LENGTH', [['Content-Length', '']]],
    ['ERR_TSGI_CONTENT_LENGTH', [['Content-Length', '9007199254740992']]],
    [
      'ERR_TSGI_CONTENT_LENGTH',
      [
        ['Content-Length', '1'],
        ['content-length', '1'],
      ],
    ],
  ])('throws %s for %j', (code, headers) => {
    expect(() => checkHeaders(headers)).toThrow(expect.objectContaining({ code }));
  });

  test('names the value in the message', () => {
    expect(() => checkHeaders([['X', 'a\r\nb']])).toThrow('got "a\\r\\nb"');
  });
});

describe('parseContentLength', () => {
  test('takes digits up to 2^53 - 1', () => {
    expect(parseContentLength('0')).toBe(0);
    expect(parseContentLength('9007199254740991')).toBe(Number.MAX_SAFE_INTEGER);
    expect(parseContentLength('+1')).toBeUndefined();
    expect(parseContentLength('1, 1')).toBeUndefined();
  });
});

describe('checkStatus', () => {
  test.each(['200 OK', '599 ', '404 N\u00f6t\tFound'])('takes %j', (status) => {
    expect(() => checkStatus(status)).not.toThrow();
  });

  test.each([
    200,
    '200',
    '200OK',
    '99 X',
    '600 X',
    '100 Continue',
    '200 a\nb',
    '200 \u20ac',
    ' 200 OK',
    null,
  ])('refuses %j', (status) => {
    expect(() => checkStatus(status)).toThrow(expect.objectContaining({ code: 'ERR_TSGI_STATUS' }));
  });
});

describe('statusCode', () => {
  test('is the number before the reason', () => {
    expect(statusCode('404 Not Found')).toBe(404);
    expect(reasonPhrase('404 Not Found')).toBe('Not Found');
    expect(reasonPhrase('404 ')).toBe('');
  });
});
