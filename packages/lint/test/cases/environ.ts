// Broken environs, each breaking one rule; the application and the rest of the server are sound.

import type { Environ } from '@tsgi/types';
import type { RuleId } from '../../src/index.ts';
import { ABSENT, type RequestOptions } from '../gateway.ts';

/** One broken environ and what the lint says of it. */
export interface EnvironCase {
  readonly name: string;
  readonly rule: RuleId;
  /** Part of what the finding says was got. */
  readonly got: string;
  readonly request: RequestOptions;
}

const entryCases = (
  [
    ['REQUEST_METHOD', ABSENT, 'ENV-REQUIRED', 'no REQUEST_METHOD'],
    ['REQUEST_METHOD', 'G T', 'ENV-METHOD', 'REQUEST_METHOD: the string "G T"'],
    ['REQUEST_METHOD', '', 'ENV-METHOD', 'REQUEST_METHOD: the string ""'],
    ['SCRIPT_NAME', ABSENT, 'ENV-REQUIRED', 'no SCRIPT_NAME'],
    ['SCRIPT_NAME', undefined, 'ENV-REQUIRED', 'SCRIPT_NAME: undefined'],
    ['SCRIPT_NAME', '/', 'ENV-SCRIPT', 'SCRIPT_NAME "/"'],
    ['SCRIPT_NAME', 'm', 'ENV-SCRIPT', 'SCRIPT_NAME "m"'],
    ['SCRIPT_NAME', '/m/', 'ENV-SCRIPT', 'SCRIPT_NAME "/m/"'],
    ['PATH_INFO', ABSENT, 'ENV-REQUIRED', 'no PATH_INFO'],
    ['PATH_INFO', '', 'ENV-PATH-CANONICAL', 'PATH_INFO ""'],
    ['PATH_INFO', 'a', 'ENV-PATH-CANONICAL', 'PATH_INFO "a"'],
    ['PATH_INFO', '/a%2fb', 'ENV-PATH-CANONICAL', 'PATH_INFO "/a%2fb"'],
    ['PATH_INFO', '/%61', 'ENV-PATH-CANONICAL', 'PATH_INFO "/%61"'],
    ['PATH_INFO', '/%7e', 'ENV-PATH-CANONICAL', 'PATH_INFO "/%7e"'],
    ['PATH_INFO', '/a b', 'ENV-PATH-CANONICAL', 'PATH_INFO "/a b"'],
    ['PATH_INFO', '/\u00e9', 'ENV-PATH-CANONICAL', 'PATH_INFO "/\\u00e9"'],
    ['PATH_INFO', '/a|b', 'ENV-PATH-CANONICAL', 'PATH_INFO "/a|b"'],
    ['PATH_INFO', '/%', 'ENV-PATH-CANONICAL', 'PATH_INFO "/%"'],
    ['PATH_INFO', '/a/../b', 'ENV-PATH-DOTS', 'PATH_INFO "/a/../b"'],
    ['PATH_INFO', '/a/.', 'ENV-PATH-DOTS', 'PATH_INFO "/a/."'],
    ['PATH_INFO', '/%2E%2e/b', 'ENV-PATH-DOTS', 'PATH_INFO "/%2E%2e/b"'],
    ['PATH_INFO', '/a?b=1', 'ENV-PATH-QUERY', 'PATH_INFO "/a?b=1"'],
    ['PATH_INFO', '*', 'ENV-PATH-ASTERISK', 'PATH_INFO "*" for GET'],
    ['QUERY_STRING', ABSENT, 'ENV-QS-PRESENT', 'no QUERY_STRING'],
    ['QUERY_STRING', 'a b', 'ENV-QS-RAW', 'QUERY_STRING: the string "a b"'],
    ['QUERY_STRING', '\u00e9', 'ENV-QS-RAW', 'QUERY_STRING: the string "\\u00e9"'],
    ['QUERY_STRING', 'a#b', 'ENV-QS-RAW', 'QUERY_STRING: the string "a#b"'],
    ['REQUEST_URI', ABSENT, 'ENV-REQUIRED', 'no REQUEST_URI'],
    ['REQUEST_URI', '', 'ENV-URI', 'REQUEST_URI: the string ""'],
    ['REQUEST_URI', '/\u20ac', 'ENV-URI', 'REQUEST_URI: the string "/\\u20ac"'],
    ['SERVER_NAME', '', 'ENV-NAME', 'SERVER_NAME: the string ""'],
    ['SERVER_PORT', 8000, 'ENV-STRING', 'SERVER_PORT: the number 8000'],
    ['SERVER_PORT', '', 'ENV-PORT', 'SERVER_PORT: the string ""'],
    ['SERVER_PORT', 'http', 'ENV-PORT', 'SERVER_PORT: the string "http"'],
    ['SERVER_PROTOCOL', 'http/1.1', 'ENV-PROTOCOL', 'SERVER_PROTOCOL: the string "http/1.1"'],
    ['CONTENT_TYPE', undefined, 'ENV-OPTIONAL', 'CONTENT_TYPE: undefined'],
    ['CONTENT_TYPE', '\u20ac', 'ENV-HDR-BYTES', 'CONTENT_TYPE: the string "\\u20ac"'],
    ['CONTENT_LENGTH', null, 'ENV-OPTIONAL', 'CONTENT_LENGTH: null'],
    ['CONTENT_LENGTH', 5, 'ENV-STRING', 'CONTENT_LENGTH: the number 5'],
    ['CONTENT_LENGTH', '-1', 'INP-LENGTH', 'CONTENT_LENGTH: the string "-1"'],
    ['CONTENT_LENGTH', '05', 'INP-LENGTH', 'CONTENT_LENGTH: the string "05"'],
    ['CONTENT_LENGTH', '', 'INP-LENGTH', 'CONTENT_LENGTH: the string ""'],
    ['REMOTE_ADDR', undefined, 'ENV-OPTIONAL', 'REMOTE_ADDR: undefined'],
    ['REMOTE_ADDR', '', 'ENV-REMOTE', 'REMOTE_ADDR: the string ""'],
    ['REMOTE_PORT', 'x', 'ENV-REMOTE', 'REMOTE_PORT: the string "x"'],
    ['REMOTE_USER', '\u20ac', 'ENV-USER', 'REMOTE_USER: the string "\\u20ac"'],
    ['AUTH_TYPE', '', 'ENV-USER', 'AUTH_TYPE: the string ""'],
    ['SERVER_SOFTWARE', 1, 'ENV-STRING', 'SERVER_SOFTWARE: the number 1'],
    ['SERVER_SOFTWARE', undefined, 'ENV-OPTIONAL', 'SERVER_SOFTWARE: undefined'],
    ['PATH', '/usr/bin', 'ENV-OS', 'the key "PATH"'],
    ['foo', 'x', 'ENV-KEYS', 'the key "foo"'],
    ['9A', 'x', 'ENV-KEYS', 'the key "9A"'],
    ['HTTP_X_A', undefined, 'ENV-OPTIONAL', 'HTTP_X_A: undefined'],
    ['HTTP_X_A', ['a'], 'ENV-STRING', 'HTTP_X_A: an array of 1'],
    ['HTTP_X_A', '\u20ac', 'ENV-HDR-BYTES', 'HTTP_X_A: the string "\\u20ac"'],
    ['HTTP_X_A', ' a', 'ENV-HDR-BYTES', 'HTTP_X_A: the string " a"'],
    ['HTTP_X_A', 'a ', 'ENV-HDR-BYTES', 'HTTP_X_A: the string "a "'],
    ['HTTP_X_A', 'a\t', 'ENV-HDR-BYTES', 'HTTP_X_A: the string "a\\t"'],
    ['HTTP_X_A', 'a\r\nb', 'ENV-HDR-BYTES', 'HTTP_X_A: the string "a\\r\\nb"'],
    ['HTTP_X.A', 'a', 'ENV-HDR-UNDERSCORE', 'HTTP_X.A: the string "a"'],
    ['HTTP_PROXY', 'a', 'ENV-HDR-PROXY', 'HTTP_PROXY: the string "a"'],
    ['HTTP_CONTENT_TYPE', 'a', 'ENV-ENTITY', 'HTTP_CONTENT_TYPE: the string "a"'],
    ['HTTP_CONTENT_LENGTH', '5', 'ENV-ENTITY', 'HTTP_CONTENT_LENGTH: the string "5"'],
    ['HTTP_CONNECTION', 'close', 'ENV-HDR-HOP', 'HTTP_CONNECTION: the string "close"'],
    ['HTTP_TRANSFER_ENCODING', 'chunked', 'ENV-HDR-HOP', 'HTTP_TRANSFER_ENCODING'],
    ['HTTP_TE', 'trailers', 'ENV-HDR-HOP', 'HTTP_TE: the string "trailers"'],
    ['tsgi.version', ABSENT, 'ENV-REQUIRED', 'no tsgi.version'],
    ['tsgi.version', '1.0', 'ENV-VERSION', 'tsgi.version: the string "1.0"'],
    ['tsgi.version', [2, 0], 'ENV-VERSION', 'tsgi.version: an array of 2'],
    ['tsgi.version', [1], 'ENV-VERSION', 'tsgi.version: an array of 1'],
    ['tsgi.version', [1, '0'], 'ENV-VERSION', 'tsgi.version: an array of 2'],
    ['tsgi.url_scheme', ABSENT, 'ENV-REQUIRED', 'no tsgi.url_scheme'],
    ['tsgi.url_scheme', 'HTTP', 'ENV-SCHEME', 'tsgi.url_scheme: the string "HTTP"'],
    ['tsgi.input', ABSENT, 'INP-PRESENT', 'no tsgi.input'],
    ['tsgi.input', null, 'INP-PRESENT', 'tsgi.input: null'],
    ['tsgi.input', { read() {} }, 'INP-PRESENT', 'tsgi.input: an Object'],
    ['tsgi.input_buffered', ABSENT, 'ENV-REQUIRED', 'no tsgi.input_buffered'],
    ['tsgi.input_buffered', 1, 'ENV-REQUIRED', 'tsgi.input_buffered: the number 1'],
    ['tsgi.errors', ABSENT, 'ENV-REQUIRED', 'no tsgi.errors'],
    ['tsgi.errors', { write() {} }, 'ENV-REQUIRED', 'tsgi.errors: an Object'],
    ['tsgi.multithread', ABSENT, 'ENV-FLAGS', 'no tsgi.multithread'],
    ['tsgi.multiprocess', 0, 'ENV-FLAGS', 'tsgi.multiprocess: the number 0'],
    ['tsgi.run_once', 'false', 'ENV-FLAGS', 'tsgi.run_once: the string "false"'],
    ['tsgi.interleaved', null, 'ENV-FLAGS', 'tsgi.interleaved: null'],
    ['tsgi.async', ABSENT, 'ENV-FLAGS', 'no tsgi.async'],
    ['tsgi.on_finish', ABSENT, 'ENV-REQUIRED', 'no tsgi.on_finish'],
    ['tsgi.on_finish', {}, 'ENV-REQUIRED', 'tsgi.on_finish: an Object'],
    ['tsgi.async_input', {}, 'ASYNC-INPUT-PRESENT', 'tsgi.async_input: an Object'],
    ['tsgi.signal', undefined, 'ENV-OPTIONAL', 'tsgi.signal: undefined'],
    ['tsgi.flush_headers', null, 'ENV-OPTIONAL', 'tsgi.flush_headers: null'],
    ['tsgi.session', {}, 'ENV-PREFIX', 'tsgi.session: an Object'],
  ] as const
).map(
  ([key, value, rule, got]): EnvironCase => ({
    name: `${value === ABSENT ? 'without' : 'with a wrong'} ${key} (${got})`,
    rule,
    got,
    request: { environ: { [key]: value } },
  }),
);

const redefine = (key: string, property: PropertyDescriptor) => (environ: Environ) =>
  Object.defineProperty(environ, key, property);

const objectCases: readonly EnvironCase[] = [
  {
    name: 'that is an object literal',
    rule: 'ENV-PROTO',
    got: 'an inherited property "constructor"',
    request: { prepare: (environ) => ({ ...environ }) },
  },
  {
    name: 'that inherits from another environ',
    rule: 'ENV-PROTO',
    got: 'an inherited property "acme.user"',
    request: {
      prepare: (environ) => Object.setPrototypeOf(environ, { __proto__: null, 'acme.user': 1 }),
    },
  },
  {
    name: 'with a getter',
    rule: 'ENV-OWN',
    got: '"acme.user" as no enumerable data property',
    request: {
      prepare: redefine('acme.user', { get: () => 1, enumerable: true, configurable: true }),
    },
  },
  {
    name: 'with a hidden entry',
    rule: 'ENV-OWN',
    got: '"REMOTE_ADDR" as no enumerable data property',
    request: {
      prepare: redefine('REMOTE_ADDR', { value: '::1', writable: true, configurable: true }),
    },
  },
  {
    name: 'with an entry that is read-only',
    rule: 'ENV-MUTABLE',
    got: '"REMOTE_ADDR" as a property that cannot be changed',
    request: {
      prepare: redefine('REMOTE_ADDR', { value: '::1', enumerable: true, configurable: true }),
    },
  },
  {
    name: 'with an entry that cannot be deleted',
    rule: 'ENV-MUTABLE',
    got: '"REMOTE_ADDR" as a property that cannot be changed',
    request: {
      prepare: redefine('REMOTE_ADDR', { value: '::1', enumerable: true, writable: true }),
    },
  },
  {
    name: 'that takes no new entries',
    rule: 'ENV-MUTABLE',
    got: 'an environ that takes no new entries',
    request: { prepare: (environ) => Object.preventExtensions(environ) },
  },
  {
    name: 'with a symbol among its keys',
    rule: 'ENV-KEYS',
    got: 'the key "Symbol(x)"',
    request: { prepare: (environ) => Object.assign(environ, { [Symbol('x')]: 1 }) },
  },
  {
    name: 'that turns what is stored into strings',
    rule: 'ENV-PLAIN',
    got: 'the string "[object Object]" after an object was stored',
    request: {
      prepare: (environ) =>
        new Proxy(environ, {
          set: (target, key, value) =>
            Reflect.set(target, key, typeof value === 'function' ? value : String(value)),
        }),
    },
  },
  {
    name: 'that throws when something is stored',
    rule: 'ENV-PLAIN',
    got: 'the error "TypeError: no" when an object was stored',
    request: {
      prepare: (environ) =>
        new Proxy(environ, {
          set(target, key, value) {
            if (!Object.hasOwn(target, key)) {
              throw new TypeError('no');
            }
            return Reflect.set(target, key, value);
          },
        }),
    },
  },
];

const pathCases: readonly EnvironCase[] = [
  {
    name: 'with an asterisk under a mount',
    rule: 'ENV-PATH-ASTERISK',
    got: 'SCRIPT_NAME "/m" and PATH_INFO "*" for OPTIONS',
    request: { method: 'OPTIONS', environ: { SCRIPT_NAME: '/m', PATH_INFO: '*' } },
  },
  {
    name: 'with a mount that is not canonical',
    rule: 'ENV-PATH-CANONICAL',
    got: 'SCRIPT_NAME "/%6d" and PATH_INFO ""',
    request: { environ: { SCRIPT_NAME: '/%6d', PATH_INFO: '' } },
  },
  {
    name: 'with a path that runs on from its mount',
    rule: 'ENV-PATH-CANONICAL',
    got: 'SCRIPT_NAME "/m" and PATH_INFO "x"',
    request: { environ: { SCRIPT_NAME: '/m', PATH_INFO: 'x' } },
  },
  {
    name: 'of the asynchronous profile without tsgi.async_input',
    rule: 'ASYNC-INPUT-PRESENT',
    got: 'no tsgi.async_input where tsgi.async is true',
    request: { environ: { 'tsgi.async': true, 'tsgi.signal': new AbortController().signal } },
  },
  {
    name: 'of the asynchronous profile without tsgi.signal',
    rule: 'ASYNC-SIGNAL',
    got: 'no tsgi.signal where tsgi.async is true',
    request: {
      environ: { 'tsgi.async': true, 'tsgi.async_input': { async *[Symbol.asyncIterator]() {} } },
    },
  },
];

/** Every environ that the lint has to catch. */
export const ENVIRON_CASES: readonly EnvironCase[] = [...entryCases, ...objectCases, ...pathCases];
