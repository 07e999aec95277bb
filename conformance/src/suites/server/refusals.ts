import type { CheckId, ServerCheck } from '../../check.ts';
import type { Driver } from '../../engine/driver.ts';
import type { RequestShape } from '../../wire/request-bytes.ts';
import type { CheckedRuleId } from '../../rules.ts';
import { recordEnviron } from './applications.ts';
import { refusalChecks } from './tables.ts';
import type { RefusalCase } from './tables.ts';

type Field = readonly [name: string, value: string];

function named(
  rule: CheckedRuleId,
  rows: readonly (readonly [variant: string, request: RequestShape | string])[],
  rest: Pick<RefusalCase, 'accepted' | 'orClosed' | 'requires'>,
): readonly RefusalCase[] {
  return rows.map(([variant, request]) => ({
    id: `${rule}.${variant}` as const,
    title: `A request is refused: ${variant.replaceAll('-', ' ')}`,
    request,
    ...rest,
  }));
}

function post(...headers: readonly Field[]): RequestShape {
  return { method: 'POST', headers, body: 'abcde' };
}

function lines(...rows: readonly string[]): string {
  return `${rows.join('\r\n')}\r\n\r\n`;
}

const HOST = 'Host: tsgi.test';
const REFUSED = { accepted: [400] } as const;
const REFUSED_OLD = { accepted: [400], requires: ['http10'] } as const;

const old: readonly ServerCheck[] = refusalChecks([
  ...named(
    'REQ-HOST-OLD',
    [
      ['two-host-fields', { version: 'HTTP/1.0', headers: [['Host', 'tsgi.test']] }],
      ['invalid-host', { version: 'HTTP/1.0', host: 'a/b' }],
    ],
    REFUSED_OLD,
  ),
  ...named(
    'REQ-TE-OLD',
    [
      [
        'chunked',
        {
          version: 'HTTP/1.0',
          method: 'POST',
          headers: [['Transfer-Encoding', 'chunked']],
          body: '0\r\n\r\n',
        },
      ],
    ],
    REFUSED_OLD,
  ),
]);

const framing = refusalChecks([
  ...named(
    'REQ-HOST',
    [
      ['no-host', { host: null }],
      ['two-hosts', { headers: [['Host', 'other.test']] }],
      ['same-host-twice', { headers: [['Host', 'tsgi.test']] }],
      ['space-in-host', { host: 'a b' }],
      ['slash-in-host', { host: 'a/b' }],
      ['userinfo-in-host', { host: 'user@tsgi.test' }],
      ['letters-as-port', { host: 'tsgi.test:http' }],
      ['open-bracket', { host: '[::1' }],
      ['list-of-hosts', { host: 'a.test, b.test ' }],
      ['host-twice-in-other-case', { headers: [['HOST', 'tsgi.test']] }],
      ['two-ports', { host: 'tsgi.test:80:80' }],
      ['no-hex-in-host', { host: '%zz.test' }],
      ['bare-address', { host: '::1' }],
      ['letters-after-bracket', { host: '[::1]x' }],
      ['no-address-in-brackets', { host: '[tsgi.test]' }],
      ['backslash-in-host', { host: 'tsgi.test\\x' }],
      ['quote-in-host', { host: '"tsgi.test"' }],
      ['non-ascii-host', { host: 't\xe9st' }],
      ['no-host-absolute-form', { host: null, target: 'http://tsgi.test/' }],
    ],
    REFUSED,
  ),
  ...named(
    'REQ-CL',
    [
      ['differing-lengths', post(['Content-Length', '5'], ['Content-Length', '4'])],
      ['same-length-twice', post(['Content-Length', '5'], ['Content-Length', '5'])],
      ['twice-in-other-case', post(['Content-Length', '5'], ['CONTENT-LENGTH', '5'])],
      [
        'twice-without-body',
        {
          headers: [
            ['Content-Length', '0'],
            ['Content-Length', '0'],
          ],
        },
      ],
      ['list-of-lengths', post(['Content-Length', '5, 5'])],
      ['plus-sign', post(['Content-Length', '+5'])],
      ['minus-sign', post(['Content-Length', '-5'])],
      ['hexadecimal', post(['Content-Length', '0x5'])],
      ['fraction', post(['Content-Length', '5.0'])],
      ['empty-length', post(['Content-Length', ''])],
      ['space-inside', post(['Content-Length', '1 5'])],
      ['above-2-53', post(['Content-Length', '9007199254740992'])],
      ['above-2-64', post(['Content-Length', '18446744073709551621'])],
    ],
    REFUSED,
  ),
  ...named(
    'REQ-CL-TE',
    [
      ['length-first', post(['Content-Length', '5'], ['Transfer-Encoding', 'chunked'])],
      ['coding-first', post(['Transfer-Encoding', 'chunked'], ['Content-Length', '5'])],
      [
        'length-zero',
        {
          method: 'POST',
          headers: [
            ['content-length', '0'],
            ['transfer-encoding', 'chunked'],
          ],
          body: '0\r\n\r\n',
        },
      ],
    ],
    REFUSED,
  ),
  ...named(
    'REQ-TE',
    [
      ['gzip', post(['Transfer-Encoding', 'gzip'])],
      ['gzip-then-chunked', post(['Transfer-Encoding', 'gzip, chunked'])],
      ['chunked-then-gzip', post(['Transfer-Encoding', 'chunked, gzip'])],
      ['chunked-twice', post(['Transfer-Encoding', 'chunked, chunked'])],
      ['two-fields', post(['Transfer-Encoding', 'chunked'], ['Transfer-Encoding', 'chunked'])],
      ['identity', post(['Transfer-Encoding', 'identity'])],
      ['get', { headers: [['Transfer-Encoding', 'gzip']] }],
      ['misspelt', post(['Transfer-Encoding', 'xchunked'])],
      ['parameter', post(['Transfer-Encoding', 'chunked;q=1'])],
      ['empty-coding', post(['Transfer-Encoding', ''])],
    ],
    { accepted: [400, 501] },
  ),
]);

const targets = refusalChecks([
  ...named(
    'REQ-CONNECT',
    [
      ['connect', { method: 'CONNECT', target: 'tsgi.test:80' }],
      ['connect-to-a-path', { method: 'CONNECT', target: '/x' }],
      ['authority-form', { target: 'tsgi.test:80' }],
      ['address', { target: '[::1]:443' }],
    ],
    { accepted: [501], orClosed: false },
  ),
  ...named(
    'REQ-ASTERISK',
    [
      ['get', { target: '*' }],
      ['options-in-lower-case', { method: 'options', target: '*' }],
    ],
    REFUSED,
  ),
  ...named(
    'REQ-TARGET',
    [
      ['relative', { target: 'x/y' }],
      ['other-scheme', { target: 'ftp://tsgi.test/x' }],
      ['empty-authority', { target: 'http:///x' }],
      ['userinfo', { target: 'http://user@tsgi.test/' }],
      ['port-alone', { target: 'http://:80/' }],
      ['letters-as-port', { target: 'http://tsgi.test:x/' }],
      ['no-authority', { target: 'http://?x' }],
      ['one-slash', { target: 'http:/tsgi.test/' }],
      ['host-without-port', { target: 'tsgi.test:' }],
      ['port-without-host', { target: ':80' }],
      ['more-than-asterisk', { method: 'OPTIONS', target: '*?x' }],
      ['query-without-path', { target: '?x' }],
      ['control-in-query', { target: '/p?a\x01b' }],
      ['tab-in-query', { target: '/p?a\tb' }],
      ['space-in-query', { target: '/p?a b' }],
      ['non-ascii-in-query', { target: '/p?\xe9' }],
      ['fragment-in-query', { target: '/p?a#b' }],
      ['delete-in-query', { target: '/p?\x7f' }],
    ],
    REFUSED,
  ),
]);

const syntax = refusalChecks([
  ...named(
    'REQ-SYNTAX',
    [
      ['field-without-colon', lines('GET / HTTP/1.1', HOST, 'X-Kit')],
      ['space-before-colon', lines('GET / HTTP/1.1', HOST, 'X-Kit : a')],
      ['empty-field-name', lines('GET / HTTP/1.1', HOST, ': a')],
      ['space-in-field-name', lines('GET / HTTP/1.1', HOST, 'X Kit: a')],
      ['folded-field', lines('GET / HTTP/1.1', HOST, 'X-Kit: a', ' b')],
      ['space-before-first-field', lines('GET / HTTP/1.1', ` ${HOST}`)],
      ['nul-in-value', lines('GET / HTTP/1.1', HOST, 'X-Kit: a\0b')],
      ['bare-carriage-return', lines('GET / HTTP/1.1', HOST, 'X-Kit: a\rb')],
      ['bare-line-feed', lines('GET / HTTP/1.1', `${HOST}\nX-Kit: a`)],
      ['no-version', lines('GET /', HOST)],
      ['version-in-lower-case', lines('GET / http/1.1', HOST)],
      ['method-with-colon', lines('G:T / HTTP/1.1', HOST)],
      ['no-token-in-field-name', lines('GET / HTTP/1.1', HOST, 'X(Kit): a')],
      ['non-ascii-in-field-name', lines('GET / HTTP/1.1', HOST, 'X-\xe9: a')],
      ['control-in-value', lines('GET / HTTP/1.1', HOST, 'X-Kit: a\x01b')],
      ['delete-in-value', lines('GET / HTTP/1.1', HOST, 'X-Kit: a\x7fb')],
      ['space-after-version', lines('GET / HTTP/1.1 ', HOST)],
    ],
    REFUSED,
  ),
  ...named(
    'REQ-VERSION',
    [
      ['two', lines('GET / HTTP/2.0', HOST)],
      ['three', lines('GET / HTTP/3.1', HOST)],
      ['zero', lines('GET / HTTP/0.9', HOST)],
      ['of-two-digits', lines('GET / HTTP/10.1', HOST)],
    ],
    { accepted: [400, 505] },
  ),
]);

const REFUSALS: readonly unknown[] = [400, 413, 414, 431, 'closed'];

interface LimitCase {
  readonly id: CheckId;
  readonly title: string;
  readonly request: RequestShape;
  /** Whether the environ holds everything that was sent. */
  readonly isWhole: (environ: Readonly<Record<string, string>>) => boolean;
  readonly refusals: readonly unknown[];
}

/** A request above the limits of most servers: refused, or taken whole. */
function limitCheck({ id, title, request, isWhole, refusals }: LimitCase): ServerCheck {
  return {
    id,
    title,
    patience: 2,
    app: recordEnviron,
    run: async (driver: Driver) => {
      const connection = await driver.begin(request);
      const response = await connection.responseOrEnd();
      const got = response?.statusCode ?? 'closed';
      driver.assert.oneOf('status', got, [200, ...refusals]);
      if (got !== 200) return;
      const { data } = await driver.event('environ');
      const whole = isWhole(data as Readonly<Record<string, string>>);
      driver.assert.equal('the application sees all that was sent', whole, true);
    },
  };
}

const FIELDS = Array.from({ length: 2500 }, (_, index): Field => [`X-Kit-${index}`, 'a']);
const LONG = `/${'p'.repeat(70_000)}`;
const HUGE = `/${'p'.repeat(1_048_576)}`;

const limits: readonly ServerCheck[] = [
  {
    id: 'REQ-WHOLE.many-fields',
    title: '2500 fields arrive all, or the request is refused',
    request: { headers: FIELDS },
    isWhole: (environ: Readonly<Record<string, string>>) =>
      FIELDS.every((_, index) => environ[`HTTP_X_KIT_${index}`] === 'a'),
    refusals: REFUSALS,
  } as const,
  {
    id: 'REQ-WHOLE.long-field',
    title: 'A value of 60000 octets arrives whole, or the request is refused',
    request: { headers: [['X-Kit', 'v'.repeat(60_000)]] },
    isWhole: (environ: Readonly<Record<string, string>>) =>
      environ['HTTP_X_KIT']?.length === 60_000,
    refusals: REFUSALS,
  } as const,
  {
    id: 'REQ-WHOLE.long-target',
    title: 'A target of 70000 octets arrives whole, or the request is refused',
    request: { target: LONG },
    isWhole: (environ: Readonly<Record<string, string>>) => environ['REQUEST_URI'] === LONG,
    refusals: REFUSALS,
  } as const,
  {
    id: 'REQ-LIMITS.field',
    title: 'A field of a mebibyte is refused with 431, or arrives whole',
    request: { headers: [['X-Kit', 'v'.repeat(1_048_576)]] },
    isWhole: (environ: Readonly<Record<string, string>>) =>
      environ['HTTP_X_KIT']?.length === 1_048_576,
    refusals: [431, 'closed'],
  } as const,
  {
    id: 'REQ-LIMITS.target',
    title: 'A target of a mebibyte is refused with 414 or 431, or arrives whole',
    request: { target: HUGE },
    isWhole: (environ: Readonly<Record<string, string>>) => environ['REQUEST_URI'] === HUGE,
    refusals: [414, 431, 'closed'],
  } as const,
].map(limitCheck);

/** Requests that are refused before the application sees them. */
export const refusalSuite: readonly ServerCheck[] = [
  ...old,
  ...framing,
  ...targets,
  ...syntax,
  ...limits,
];
