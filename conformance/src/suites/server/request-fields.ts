import type { ServerCheck } from '../../check.ts';
import { fromBytes, toBytes } from '../../wire/byte-string.ts';
import { recordEnviron, stringEntries } from './applications.ts';
import { environChecks } from './tables.ts';

const mapped = environChecks([
  {
    id: 'ENV-HDR-MAP.names',
    title: 'Names become capitals with underscores',
    request: {
      headers: [
        ['x-Kit-9', 'a'],
        ['ACCEPT', 'b'],
        ['If-None-Match', '"c"'],
      ],
    },
    expect: { HTTP_X_KIT_9: 'a', HTTP_ACCEPT: 'b', HTTP_IF_NONE_MATCH: '"c"' },
  },
  {
    id: 'ENV-HDR-MAP.authorization',
    title: 'Authorization, Cookie and Host are mapped',
    request: {
      headers: [
        ['Authorization', 'Bearer a'],
        ['Cookie', 'a=1'],
      ],
    },
    expect: { HTTP_AUTHORIZATION: 'Bearer a', HTTP_COOKIE: 'a=1', HTTP_HOST: 'tsgi.test' },
  },
  {
    id: 'ENV-HDR-MAP.expect',
    title: 'Expect and Range are mapped like every other field',
    request: {
      headers: [
        ['Range', 'bytes=0-1'],
        ['Referer', 'http://a/'],
      ],
    },
    expect: { HTTP_RANGE: 'bytes=0-1', HTTP_REFERER: 'http://a/' },
  },
  {
    id: 'ENV-HDR-MAP.content-type',
    title: 'Content-Type is CONTENT_TYPE',
    request: { method: 'POST', headers: [['content-type', 'text/plain; a="b"']], body: 'a' },
    expect: { CONTENT_TYPE: 'text/plain; a="b"' },
  },
  {
    id: 'ENV-HDR-UNDERSCORE.before',
    title: 'X_A before X-A does not change HTTP_X_A',
    request: {
      headers: [
        ['X_A', 'evil'],
        ['X-A', 'good'],
      ],
    },
    expect: { HTTP_X_A: 'good' },
  },
  {
    id: 'ENV-HDR-UNDERSCORE.after',
    title: 'X_A after X-A does not change HTTP_X_A',
    request: {
      headers: [
        ['X-A', 'good'],
        ['X_A', 'evil'],
      ],
    },
    expect: { HTTP_X_A: 'good' },
  },
  {
    id: 'ENV-HDR-UNDERSCORE.alone',
    title: 'X_A, X.A and Content_Length alone set no key',
    request: {
      headers: [
        ['X_A', 'evil'],
        ['X.B', 'evil'],
        ['Content_Length', '9'],
      ],
    },
    expect: { HTTP_X_A: undefined, HTTP_X_B: undefined, CONTENT_LENGTH: undefined },
  },
  {
    id: 'ENV-HDR-BYTES.obs-text',
    title: 'Octets from 0x80 on are one code unit each',
    request: { headers: [['X-Kit', 'a\x80\xe3\x81\x82\xff']] },
    expect: { HTTP_X_KIT: 'a\x80\xe3\x81\x82\xff' },
  },
  {
    id: 'ENV-HDR-BYTES.spaces',
    title: 'Spaces and tabs at the ends go, those inside stay',
    request: { headers: [['X-Kit', ' \t a \t b \t ']] },
    expect: { HTTP_X_KIT: 'a \t b' },
  },
  {
    id: 'ENV-HDR-EMPTY.value',
    title: 'An empty value is the empty string',
    request: { headers: [['X-Kit', '']] },
    expect: { HTTP_X_KIT: '' },
  },
  {
    id: 'ENV-HDR-MULTI.two',
    title: 'Repeated fields are joined with a comma and a space, in order',
    request: {
      headers: [
        ['X-A', '1'],
        ['X-B', '-'],
        ['x-a', '2'],
        ['X-A', '3'],
      ],
    },
    expect: { HTTP_X_A: '1, 2, 3' },
  },
  {
    id: 'ENV-HDR-MULTI.commas',
    title: 'Values that hold commas are joined as they are',
    request: {
      headers: [
        ['Accept', 'a, b'],
        ['Accept', 'c'],
      ],
    },
    expect: { HTTP_ACCEPT: 'a, b, c' },
  },
  ...['User-Agent', 'Referer', 'Authorization', 'From'].map((name) => ({
    id: `ENV-HDR-MULTI.${name.toLowerCase()}` as const,
    title: `A repeated ${name} is joined like every other field`,
    request: {
      headers: [
        [name, '1'],
        [name, '2'],
      ] as const,
    },
    expect: { [`HTTP_${name.toUpperCase().replaceAll('-', '_')}`]: '1, 2' },
  })),
  {
    id: 'ENV-COOKIE-JOIN.two',
    title: 'Cookie fields are joined with a semicolon and a space',
    request: {
      headers: [
        ['Cookie', 'a=1'],
        ['Cookie', 'b=2'],
      ],
    },
    expect: { HTTP_COOKIE: 'a=1; b=2' },
  },
  {
    id: 'ENV-HDR-HOP.fields',
    title: 'Hop-by-hop fields are not mapped',
    request: {
      headers: [
        ['Connection', 'keep-alive'],
        ['Keep-Alive', 'timeout=5'],
        ['Proxy-Connection', 'keep-alive'],
        ['TE', 'trailers'],
        ['Trailer', 'X-T'],
      ],
    },
    expect: {
      HTTP_CONNECTION: undefined,
      HTTP_KEEP_ALIVE: undefined,
      HTTP_PROXY_CONNECTION: undefined,
      HTTP_TE: undefined,
      HTTP_TRAILER: undefined,
    },
  },
  {
    id: 'ENV-HDR-HOP.upgrade',
    title: 'Upgrade is not mapped',
    request: {
      headers: [
        ['Connection', 'upgrade'],
        ['Upgrade', 'kit/1'],
      ],
    },
    expect: { HTTP_UPGRADE: undefined, HTTP_CONNECTION: undefined },
  },
  {
    id: 'ENV-HDR-HOP.transfer-encoding',
    title: 'Transfer-Encoding is not mapped',
    request: { method: 'POST', headers: [['Transfer-Encoding', 'chunked']], body: '0\r\n\r\n' },
    requires: ['chunkedRequest'],
    expect: { HTTP_TRANSFER_ENCODING: undefined },
  },
  {
    id: 'ENV-HDR-HOP.named',
    title: 'A field that Connection names is not mapped',
    request: {
      headers: [
        ['X-Named', 'a'],
        ['X-Other', 'b'],
        ['Connection', 'Close, x-NAMED'],
      ],
    },
    expect: { HTTP_X_NAMED: undefined, HTTP_X_OTHER: 'b' },
  },
  {
    id: 'ENV-HDR-HOP.host-named',
    title: 'Host is mapped although Connection names it',
    request: { headers: [['Connection', 'host']] },
    expect: { HTTP_HOST: 'tsgi.test' },
  },
  {
    id: 'ENV-HDR-PROXY.field',
    title: 'Proxy does not become HTTP_PROXY',
    request: { headers: [['Proxy', 'http://evil.test']] },
    expect: { HTTP_PROXY: undefined },
  },
  {
    id: 'ENV-ENTITY.keys',
    title: 'Content fields have no HTTP_ key',
    request: { method: 'POST', headers: [['Content-Type', 'text/plain']], body: 'body' },
    expect: { HTTP_CONTENT_TYPE: undefined, HTTP_CONTENT_LENGTH: undefined },
  },
  {
    id: 'ENV-CT-ABSENT.post',
    title: 'No CONTENT_TYPE is made up for a body',
    request: { method: 'POST', body: 'a=1' },
    expect: { CONTENT_TYPE: undefined },
  },
]);

/** How fields of a request become entries. */
export const requestFieldChecks: readonly ServerCheck[] = [
  ...mapped,
  {
    id: 'ENV-HDR-MAP.long-value',
    title: 'A value of 4000 octets arrives whole',
    app: recordEnviron,
    run: async (driver) => {
      const value = 'v'.repeat(4000);
      await driver.exchange({ headers: [['X-Long', value]] });
      const { data } = await driver.event('environ');
      const { HTTP_X_LONG: got } = data as Readonly<Record<string, string>>;
      driver.assert.equal('length of HTTP_X_LONG', got?.length, value.length);
      driver.assert.equal('HTTP_X_LONG is unchanged', got === value, true);
    },
  },
  {
    id: 'ENV-HDR-TRAILER.body-read',
    title: 'Trailer fields change no entry, neither before nor after the body is read',
    requires: ['chunkedRequest'],
    app: (probe) => (environ, startResponse) => {
      const before = stringEntries(environ);
      const body = fromBytes(environ['tsgi.input'].read());
      const after = stringEntries(environ);
      probe.record(
        'trailers',
        [before, after].map((entries) => ({
          added: entries['HTTP_X_TRAILER'],
          changed: entries['HTTP_X_KIT'],
        })),
      );
      probe.record('body', body);
      startResponse('200 OK', [probe.tag]);
      return [toBytes('ok')];
    },
    run: async (driver) => {
      const headers = [
        ['Transfer-Encoding', 'chunked'],
        ['X-Kit', 'a'],
      ] as const;
      const body = '3\r\nabc\r\n0\r\nX-Trailer: t\r\nX-Kit: evil\r\n\r\n';
      const response = await driver.exchange({ method: 'POST', headers, body });
      driver.assert.equal('status', response.status, '200 OK');
      const { data } = await driver.event('trailers');
      const clean = { added: undefined, changed: 'a' };
      driver.assert.equal('entries before and after', data, [clean, clean]);
    },
  },
];
