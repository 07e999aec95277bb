import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  canonicalPath,
  decodePath,
  parseTarget,
  pathUnder,
  removeDotSegments,
} from '../src/target.ts';

describe('canonicalPath', () => {
  test.each([
    ['/', '/'],
    ['/a%2fb', '/a%2Fb'],
    ['/%61dmin', '/admin'],
    ['/a/%2e%2e/b', '/b'],
    ['/../x', '/x'],
    ['/a/b/.', '/a/b/'],
    ['/a/b/..', '/a/'],
    ['/..', '/'],
    ['/a//b', '/a//b'],
    ['/a//../b', '/a/b'],
    ['//..', '/'],
    ['/%e9', '/%E9'],
    ['/%252F', '/%252F'],
    ['/a|b[c]', '/a%7Cb%5Bc%5D'],
    ['/a;x=1/b', '/a;x=1/b'],
    ['/a/%2E%2E%2Fetc', '/a/..%2Fetc'],
    ['/...', '/...'],
    ['/.a/..b', '/.a/..b'],
    ['/%7e%7E~', '/~~~'],
    ['/"<>^`{}', '/%22%3C%3E%5E%60%7B%7D'],
  ])('turns %s into %s', (path, canonical) => {
    expect(canonicalPath(path)).toBe(canonical);
  });

  test.each([
    '/%zz',
    '/a%',
    '/a%2',
    '/a\\b',
    '/a#b',
    '/a b',
    '/é',
    '/\u007f',
    '/\u0000',
    '/%',
    '/%%41',
  ])('refuses %j', (path) => {
    expect(() => canonicalPath(path)).toThrow(expect.objectContaining({ code: 'ERR_TSGI_TARGET' }));
  });

  const segment = fc.array(
    fc.oneof(
      fc.constantFrom(
        '.',
        '..',
        '%2e',
        '%2E%2e',
        '%2f',
        '%25',
        '%41',
        '%c3%a9',
        '',
        '|',
        '"',
        ';',
        '@',
      ),
      fc.stringMatching(/^[A-Za-z0-9._~!$&'()*+,=:-]*$/),
    ),
    { maxLength: 3 },
  );
  const paths = fc
    .array(segment, { maxLength: 6 })
    .map((all) => `/${all.map((one) => one.join('')).join('/')}`);

  test('is idempotent', () => {
    fc.assert(
      fc.property(paths, (path) => {
        const canonical = canonicalPath(path);
        expect(canonicalPath(canonical)).toBe(canonical);
      }),
    );
  });

  test('leaves no dot segment, no lower-case escape and no escaped unreserved character', () => {
    fc.assert(
      fc.property(paths, (path) => {
        const canonical = canonicalPath(path);
        expect(canonical).toMatch(/^\/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-F]{2})*$/);
        expect(canonical.split('/')).not.toContain('.');
        expect(canonical.split('/')).not.toContain('..');
        for (const [escape] of canonical.matchAll(/%[0-9A-F]{2}/g)) {
          expect(decodeURIComponentOrEscape(escape)).not.toMatch(/^[A-Za-z0-9\-._~]$/);
        }
      }),
    );
  });
});

function decodeURIComponentOrEscape(escape: string): string {
  return String.fromCharCode(Number.parseInt(escape.slice(1), 16));
}

describe('removeDotSegments', () => {
  test('follows the examples of RFC 3986 section 5.2.4', () => {
    expect(removeDotSegments('/a/b/c/./../../g')).toBe('/a/g');
    expect(removeDotSegments('/mid/content=5/../6')).toBe('/mid/6');
  });
});

describe('parseTarget', () => {
  test.each([
    ['GET', '/p?x=1', { path: '/p', query: 'x=1', authority: undefined }],
    ['GET', '/p?', { path: '/p', query: '', authority: undefined }],
    ['GET', '/p??a', { path: '/p', query: '?a', authority: undefined }],
    ['GET', '/p?%zz\\"', { path: '/p', query: '%zz\\"', authority: undefined }],
    ['GET', '//evil/x', { path: '//evil/x', query: '', authority: undefined }],
    ['GET', 'http://a.test', { path: '/', query: '', authority: 'a.test' }],
    ['GET', 'HTTP://a.test:81?x', { path: '/', query: 'x', authority: 'a.test:81' }],
    ['GET', 'https://[::1]:8/a/../b', { path: '/b', query: '', authority: '[::1]:8' }],
    ['OPTIONS', '*', { path: '*', query: '', authority: undefined }],
  ] as const)('takes %s %s apart', (method, target, expected) => {
    expect(parseTarget(method, target)).toEqual(expected);
  });

  test.each([
    ['GET', '*'],
    ['GET', ''],
    ['GET', 'x'],
    ['GET', '/p?a b'],
    ['GET', '/p?a#b'],
    ['GET', '/p?\u00e9'],
    ['GET', 'ftp://a.test/'],
    ['GET', 'http:///x'],
    ['GET', 'http://u@a.test/'],
    ['GET', 'http://:80/'],
    ['GET', 'http://a.test#b'],
  ])('refuses %s %j with 400', (method, target) => {
    expect(() => parseTarget(method, target)).toThrow(
      expect.objectContaining({ code: 'ERR_TSGI_TARGET', status: 400 }),
    );
  });

  test.each([
    ['CONNECT', 'a.test:443'],
    ['GET', 'a.test:443'],
    ['CONNECT', '/'],
  ])('refuses %s %s with 501', (method, target) => {
    expect(() => parseTarget(method, target)).toThrow(
      expect.objectContaining({ code: 'ERR_TSGI_METHOD', status: 501 }),
    );
  });
});

describe('pathUnder', () => {
  test.each([
    ['', '/a', '/a'],
    ['/m', '/m', ''],
    ['/m', '/m/', '/'],
    ['/m', '/m/x', '/x'],
    ['/m', '/mx', undefined],
    ['/m', '/', undefined],
    ['/m', '*', '*'],
  ])('under %j, %s is %j', (scriptName, path, rest) => {
    expect(pathUnder(scriptName, path)).toBe(rest);
  });
});

describe('decodePath', () => {
  test('decodes escapes as UTF-8', () => {
    expect(decodePath('/caf%C3%A9/%E3%81%82')).toBe('/café/あ');
  });

  test('refuses octets that are no UTF-8', () => {
    expect(() => decodePath('/%FF')).toThrow(
      expect.objectContaining({ code: 'ERR_TSGI_PATH_ENCODING', status: 400 }),
    );
  });
});
