import { describe, expect, test } from 'vitest';
import { checkRequestHead, type Protocol } from '../src/request-head.ts';

function check(headers: readonly string[], protocol: Protocol = 'HTTP/1.1', method = 'POST') {
  return checkRequestHead({ method, target: '/', protocol, headers });
}

describe('checkRequestHead', () => {
  test('finds the length of the body', () => {
    expect(check(['Host', 'a'])).toEqual({ contentLength: 0, declared: false });
    expect(check(['Host', 'a', 'Content-Length', '5'])).toEqual({
      contentLength: 5,
      declared: true,
    });
    expect(check(['Host', 'a', 'Content-Length', '0'])).toEqual({
      contentLength: 0,
      declared: true,
    });
    expect(check(['Host', 'a', 'Transfer-Encoding', 'CHUNKED'])).toEqual({
      contentLength: undefined,
      declared: false,
    });
  });

  test('takes an HTTP/1.0 request without Host', () => {
    expect(() => check([], 'HTTP/1.0')).not.toThrow();
  });

  test.each<[string, readonly string[], Protocol]>([
    ['no Host', [], 'HTTP/1.1'],
    ['two Hosts', ['Host', 'a', 'host', 'a'], 'HTTP/1.1'],
    ['two Hosts in HTTP/1.0', ['Host', 'a', 'Host', 'b'], 'HTTP/1.0'],
    ['a Host with a path', ['Host', 'a/b'], 'HTTP/1.1'],
  ])('refuses %s', (_what, headers, protocol) => {
    expect(() => check(headers, protocol)).toThrow(
      expect.objectContaining({ code: 'ERR_TSGI_HOST', status: 400 }),
    );
  });

  test.each<[string, readonly string[], Protocol]>([
    ['a repeated Content-Length', ['Content-Length', '5', 'Content-Length', '5'], 'HTTP/1.1'],
    ['a list as Content-Length', ['Content-Length', '5, 5'], 'HTTP/1.1'],
    ['a signed Content-Length', ['Content-Length', '+5'], 'HTTP/1.1'],
    ['an empty Content-Length', ['Content-Length', ''], 'HTTP/1.1'],
    ['both framings', ['Content-Length', '5', 'Transfer-Encoding', 'chunked'], 'HTTP/1.1'],
    ['chunked in HTTP/1.0', ['Transfer-Encoding', 'chunked'], 'HTTP/1.0'],
    ['an empty Transfer-Encoding', ['Transfer-Encoding', ''], 'HTTP/1.1'],
    ['gzip without chunked', ['Transfer-Encoding', 'gzip'], 'HTTP/1.1'],
    ['chunked twice', ['Transfer-Encoding', 'chunked', 'Transfer-Encoding', 'chunked'], 'HTTP/1.1'],
    ['chunked before gzip', ['Transfer-Encoding', 'chunked, gzip'], 'HTTP/1.1'],
  ])('refuses %s', (_what, headers, protocol) => {
    expect(() => check(['Host', 'a', ...headers], protocol)).toThrow(
      expect.objectContaining({ code: 'ERR_TSGI_FRAMING', status: 400 }),
    );
  });

  test('answers a transfer coding that it does not know with 501', () => {
    expect(() => check(['Host', 'a', 'Transfer-Encoding', 'gzip, chunked'])).toThrow(
      expect.objectContaining({ code: 'ERR_TSGI_CODING', status: 501 }),
    );
  });

  test('refuses fields and methods that break the grammar', () => {
    for (const fault of [
      () => check(['Host', 'a', 'X Y', '1']),
      () => check(['Host', 'a', 'X', 'a\u0000b']),
      () => check(['Host', 'a'], 'HTTP/1.1', 'G T'),
    ]) {
      expect(fault).toThrow(expect.objectContaining({ code: 'ERR_TSGI_FIELD', status: 400 }));
    }
  });
});
