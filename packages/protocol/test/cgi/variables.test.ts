import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  buildVariables,
  CgiError,
  type CgiRequest,
  decodePath,
  encodePath,
  fieldOf,
  META_VARIABLES,
  parseVariables,
  variableOf,
} from '../../src/cgi/index.ts';
import { request } from './arbitraries.ts';

const REQUEST: CgiRequest = {
  method: 'POST',
  target: '/app/a%20b?c=d',
  protocol: 'HTTP/1.1',
  scheme: 'https',
  scriptName: '/app',
  pathInfo: '/a b',
  query: 'c=d',
  headers: ['Host', 'a.example', 'Content-Type', 'a/b', 'Content-Length', '3'],
  contentLength: 3,
  serverName: 'a.example',
  serverPort: '443',
  remoteAddress: '192.0.2.7',
};

const LIST = ['REQUEST_METHOD', 'GET', 'SERVER_PROTOCOL', 'HTTP/1.1'];

/** A list from texts of the form `NAME=value`. */
function listOf(...texts: readonly string[]): string[] {
  return texts.flatMap((text) => [
    text.slice(0, text.indexOf('=')),
    text.slice(text.indexOf('=') + 1),
  ]);
}

function variables(over: Partial<CgiRequest>, extra: readonly string[] = []): Map<string, string> {
  const list = buildVariables({ ...REQUEST, ...over }, { extra });
  return new Map(list.flatMap((name, at) => (at % 2 === 0 ? [[name, list[at + 1] ?? '']] : [])));
}

describe('variableOf and fieldOf', () => {
  test.each([
    ['Accept-Encoding', 'HTTP_ACCEPT_ENCODING'],
    ['HOST', 'HTTP_HOST'],
    ['x-1', 'HTTP_X_1'],
    ['Content-Type', 'CONTENT_TYPE'],
  ])('%s is %s', (field, variable) => {
    expect(variableOf(field)).toBe(variable);
    expect(fieldOf(variable)).toBe(field.toLowerCase());
  });

  test.each(['Proxy', 'proxy', 'X_User', 'X.User', '', 'Content-Length', 'Connection', 'TE', 'é'])(
    'the field %j has no variable',
    (field) => {
      expect(variableOf(field)).toBeUndefined();
    },
  );

  test.each([
    'HTTP_PROXY',
    'HTTP_CONTENT_LENGTH',
    'HTTP_CONTENT_TYPE',
    'HTTP_TRANSFER_ENCODING',
    'HTTP_',
    'HTTP_a',
    'HTTP_X-A',
    'HTTPS',
    'PATH',
    'SERVER_NAME',
  ])('the variable %j stands for no field', (variable) => {
    expect(fieldOf(variable)).toBeUndefined();
  });

  test('no two names that are mapped share a variable', () => {
    const units = ['', 'a', 'B', '-', '_', '.'];
    const pairs = units.flatMap((one) => units.map((other) => one + other));
    const names = pairs.flatMap((one) => pairs.map((other) => one + other));
    const fields = new Map<string, Set<string>>();
    for (const name of names) {
      const variable = variableOf(name);
      if (variable !== undefined) {
        fields.set(variable, (fields.get(variable) ?? new Set()).add(name.toLowerCase()));
      }
    }
    expect(fields.size).toBeGreaterThan(50);
    for (const [variable, sharing] of fields) {
      expect([...sharing], `sharing ${variable}`).toHaveLength(1);
    }
  });
});

describe('buildVariables', () => {
  test('sets the variables of RFC 3875 and those in common use', () => {
    expect(Object.fromEntries(variables({}))).toEqual({
      GATEWAY_INTERFACE: 'CGI/1.1',
      SERVER_SOFTWARE: 'tsgi',
      SERVER_PROTOCOL: 'HTTP/1.1',
      SERVER_NAME: 'a.example',
      SERVER_PORT: '443',
      REQUEST_METHOD: 'POST',
      REQUEST_URI: '/app/a%20b?c=d',
      REQUEST_SCHEME: 'https',
      HTTPS: 'on',
      SCRIPT_NAME: '/app',
      PATH_INFO: '/a b',
      QUERY_STRING: 'c=d',
      REMOTE_ADDR: '192.0.2.7',
      CONTENT_LENGTH: '3',
      CONTENT_TYPE: 'a/b',
      HTTP_HOST: 'a.example',
    });
  });

  test('has no variable of the RFC beyond its list', () => {
    const names = [...variables({}).keys()].filter((name) => !name.startsWith('HTTP'));
    const common = ['REQUEST_URI', 'REQUEST_SCHEME'];
    expect(names.filter((name) => !META_VARIABLES.includes(name)).toSorted()).toEqual(
      common.toSorted(),
    );
  });

  test('joins fields, and leaves out what ends here', () => {
    const headers = ['Cookie', 'a=1', 'cookie', 'b=2', 'Accept', 'a', 'accept', 'b']
      .concat(['Proxy', 'evil', 'X_User', 'evil', 'Connection', 'close, X-Hop, Host'])
      .concat(['X-Hop', 'gone', 'Host', 'a', 'Content-Length', '7']);
    const built = variables({ headers, contentLength: undefined });
    expect(built.get('HTTP_COOKIE')).toBe('a=1; b=2');
    expect(built.get('HTTP_ACCEPT')).toBe('a, b');
    expect(built.get('HTTP_HOST')).toBe('a');
    for (const name of ['HTTP_PROXY', 'HTTP_X_USER', 'HTTP_CONNECTION', 'HTTP_X_HOP']) {
      expect(built.has(name), `the variable ${name}`).toBe(false);
    }
    expect(built.has('CONTENT_LENGTH')).toBe(false);
  });

  test('puts what is extra in place of what is there', () => {
    const built = variables({}, ['SCRIPT_FILENAME', '/srv/a.php', 'SERVER_NAME', 'b']);
    expect(built.get('SCRIPT_FILENAME')).toBe('/srv/a.php');
    expect(built.get('SERVER_NAME')).toBe('b');
  });

  test.each<Partial<CgiRequest>>([
    { method: 'a b' },
    { method: '' },
    { protocol: 'INCLUDED' },
    { scriptName: 'app' },
    { pathInfo: 'a' },
    { pathInfo: '/\0' },
    { query: '\u0100' },
    { headers: ['a', 'b\nc'] },
    { headers: ['a', 'b', 'c'] },
    { contentLength: -1 },
    { contentLength: 0.5 },
    { contentLength: Number.NaN },
  ])('refuses %j', (over) => {
    expect(() => variables(over)).toThrow(CgiError);
  });

  test.each([['A=B', 'c'], ['', 'c'], ['A'], ['A', '\0']])('refuses the extra %j', (...extra) => {
    expect(() => variables({}, extra)).toThrow(/can be said in CGI/);
  });
});

describe('parseVariables', () => {
  test('reads what buildVariables builds', () => {
    fc.assert(
      fc.property(request, ([sent]) => {
        const { target, headers, contentLength, ...rest } = sent;
        const got = parseVariables(buildVariables(sent));
        expect(got).toMatchObject({ ...rest, target: target === '' ? undefined : target });
        const length = ['content-length', String(contentLength)];
        expect(got.headers).toEqual([...headers, ...length]);
        expect(got.contentLength).toBe(contentLength);
      }),
    );
  });

  test('reads what nginx sends for a request without content', () => {
    const got = parseVariables([
      ...LIST,
      ...listOf(
        'CONTENT_TYPE=',
        'CONTENT_LENGTH=',
        'QUERY_STRING=',
        'HTTPS=',
        'REQUEST_SCHEME=http',
        'REQUEST_URI=/',
        'HTTP_HOST=a',
        'HTTP_PROXY=evil',
      ),
    ]);
    expect(got).toMatchObject({
      headers: ['host', 'a'],
      contentLength: undefined,
      scheme: 'http',
      target: '/',
      scriptName: '',
      pathInfo: '',
      serverName: undefined,
    });
    expect(got.variables.has('HTTP_PROXY')).toBe(false);
  });

  test('joins a field that is there twice, and takes the last of other variables', () => {
    const got = parseVariables([
      ...LIST,
      ...listOf(
        'HTTP_COOKIE=a',
        'HTTP_COOKIE=b',
        'HTTP_X=1',
        'HTTP_X=2',
        'SCRIPT_NAME=/a',
        'SCRIPT_NAME=/b',
        'CONTENT_LENGTH=5',
        'CONTENT_LENGTH=5',
        'HTTP_CONTENT_LENGTH=6',
        'CONTENT_TYPE=a/b',
        'HTTP_CONTENT_TYPE=c/d',
      ),
    ]);
    expect(got.headers).toEqual(
      listOf('cookie=a; b', 'x=1, 2', 'content-type=a/b', 'content-length=5'),
    );
    expect(got.scriptName).toBe('/b');
  });

  test('drops what Connection names but Host, and space around values', () => {
    const got = parseVariables([
      ...LIST,
      ...listOf(
        'HTTP_CONNECTION=close, X-A',
        'HTTP_X_A=1',
        'HTTP_X_B= \t2 3\t',
        'HTTP_HOST=h',
        'HTTP_CONNECTION=host,x-c',
        'HTTP_X_C=4',
      ),
    ]);
    expect(got.headers).toEqual(['x-b', '2 3', 'host', 'h']);
  });

  test('takes the last of two content types, and none where that is empty', () => {
    const types = (...values: readonly string[]): readonly string[] =>
      parseVariables([...LIST, ...values.flatMap((value) => ['CONTENT_TYPE', value])]).headers;
    expect(types('a/b', 'c/d')).toEqual(['content-type', 'c/d']);
    expect(types('a/b', '')).toEqual([]);
  });

  test('keeps names that objects inherit apart', () => {
    const got = parseVariables([...LIST, '__proto__', 'a', 'HTTP___PROTO__', 'b', 'toString', 'c']);
    expect(got.variables.get('__proto__')).toBe('a');
    expect(got.headers).toEqual(['--proto--', 'b']);
  });

  test.each([
    [['HTTPS', 'on'], 'https'],
    [['HTTPS', 'ON'], 'https'],
    [['HTTPS', '1'], 'https'],
    [['HTTPS', 'off', 'REQUEST_SCHEME', 'http'], 'http'],
    [['REQUEST_SCHEME', 'HTTPS'], 'https'],
    [[], 'http'],
  ])('takes the scheme from %j', (extra, scheme) => {
    expect(parseVariables([...LIST, ...extra]).scheme).toBe(scheme);
  });

  test.each([
    [['REQUEST_METHOD', '']],
    [['REQUEST_METHOD', 'G T']],
    [['SERVER_PROTOCOL', 'HTTP/11']],
    [['SERVER_PROTOCOL', '']],
    [['SCRIPT_NAME', 'a']],
    [['PATH_INFO', 'a']],
    [['PATH_INFO', '/\0']],
    [['CONTENT_LENGTH', '1', 'CONTENT_LENGTH', '2']],
    [['CONTENT_LENGTH', '', 'CONTENT_LENGTH', '2']],
    [['CONTENT_LENGTH', '+1']],
    [['CONTENT_LENGTH', '1e3']],
    [['CONTENT_LENGTH', '9007199254740992']],
    [['HTTP_A', 'b\r\nc: d']],
    [['CONTENT_TYPE', 'a\0']],
  ])('refuses %j', (extra) => {
    expect(() => parseVariables([...LIST, ...extra])).toThrow(
      expect.objectContaining({ code: 'ERR_CGI_VARIABLE', blame: 'server', status: 400 }),
    );
  });

  test('holds to its limits, at each of them and one beyond', () => {
    const limits = { variables: 3, name: 15, value: 8 };
    expect(parseVariables([...LIST, 'A', '12345678'], limits).method).toBe('GET');
    for (const extra of [
      ['A', '', 'B', ''],
      ['A', '123456789'],
      ['A'.repeat(16), ''],
    ]) {
      expect(() => parseVariables([...LIST, ...extra], limits)).toThrow(
        expect.objectContaining({ code: 'ERR_CGI_VARIABLES_TOO_LARGE', status: 431 }),
      );
    }
  });
});

describe('decodePath and encodePath', () => {
  test.each([
    ['/a%20b', '/a b'],
    ['/%C3%A9', '/\xc3\xa9'],
    ['/%25', '/%'],
    ['/a;b=c', '/a;b=c'],
    ['', ''],
  ])('%j is %j', (encoded, decoded) => {
    expect(decodePath(encoded)).toBe(decoded);
    expect(encodePath(decoded)).toBe(encoded);
  });

  test.each(['/%2F', '/%2f', '/%00', '/%', '/%4', '/%zz', '/% 1'])('refuses %j', (encoded) => {
    expect(() => decodePath(encoded)).toThrow(expect.objectContaining({ code: 'ERR_CGI_PATH' }));
  });

  test('are the reverse of each other', () => {
    const path = fc.uint8Array().map((octets) => `/${String.fromCharCode(...octets)}`);
    fc.assert(
      fc.property(path, (decoded) => {
        fc.pre(!decoded.includes('\0'));
        expect(decodePath(encodePath(decoded))).toBe(decoded);
      }),
    );
  });
});
