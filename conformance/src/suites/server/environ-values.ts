import type { PlainData, Probe, ServerCheck } from '../../check.ts';
import { answering, recordEnviron } from './applications.ts';
import { environChecks, environOf } from './tables.ts';

/** Records entries that need not be strings. */
function recordEntries(keys: readonly `tsgi.${string}`[]) {
  return (probe: Probe): ReturnType<ServerCheck['app']> =>
    (environ, startResponse) => {
      probe.record(
        'entries',
        keys.map((key) => environ[key] as PlainData),
      );
      return answering(probe)(environ, startResponse);
    };
}

/** What proxies add, each with a value that nothing else in the request has. */
const FORWARDED = [
  ['Forwarded', 'for="203.0.113.9:4444";by=203.0.113.8;proto=https;host=evil.test:444'],
  ['X-Forwarded-For', '203.0.113.9'],
  ['X-Forwarded-By', '203.0.113.8'],
  ['X-Forwarded-Proto', 'https'],
  ['X-Forwarded-Protocol', 'https'],
  ['X-Forwarded-Scheme', 'https'],
  ['X-Forwarded-Ssl', 'on'],
  ['Front-End-Https', 'on'],
  ['X-Url-Scheme', 'https'],
  ['X-Forwarded-Host', 'evil.test:444'],
  ['X-Forwarded-Server', 'evil.test'],
  ['X-Forwarded-Port', '444'],
  ['X-Forwarded-Prefix', '/evil'],
  ['X-Script-Name', '/evil'],
  ['X-Forwarded-Uri', '/evil'],
  ['X-Original-Url', '/evil'],
  ['X-Rewrite-Url', '/evil'],
  ['X-Forwarded-Method', 'PUT'],
  ['X-Forwarded-User', 'root'],
  ['X-Remote-User', 'root'],
  ['X-Remote-Addr', '203.0.113.9'],
  ['X-Client-Ip', '203.0.113.9'],
  ['X-Real-Ip', '203.0.113.9'],
] as const;

/** The entries in order, without those of header fields but Host and without the client's port. */
function withoutOwnKeys(environ: Readonly<Record<string, string>>): PlainData {
  const kept = Object.entries(environ).filter(
    ([key]) => key === 'HTTP_HOST' || !/^HTTP_|^REMOTE_PORT$/.test(key),
  );
  return kept.map(([key, value]) => `${key}: ${value}`).toSorted();
}

const fixed = environChecks([
  {
    id: 'ENV-METHOD.get',
    title: 'GET is GET',
    request: { method: 'GET' },
    expect: { REQUEST_METHOD: 'GET' },
  },
  ...['HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'].map((method) => ({
    id: `ENV-METHOD.${method.toLowerCase()}` as const,
    title: `${method} is ${method}`,
    request: { method },
    expect: { REQUEST_METHOD: method },
  })),
  {
    id: 'ENV-METHOD.override',
    title: 'No field and no query replaces the method',
    request: {
      method: 'POST',
      target: '/?_method=PUT',
      headers: [
        ['X-HTTP-Method-Override', 'PUT'],
        ['X-HTTP-Method', 'PUT'],
        ['X-Method-Override', 'PUT'],
      ],
    },
    expect: { REQUEST_METHOD: 'POST' },
  },
  {
    id: 'ENV-URI.empty-query',
    title: 'REQUEST_URI keeps the mark of an empty query',
    request: { target: '/p?' },
    expect: { REQUEST_URI: '/p?' },
  },
  {
    id: 'ENV-URI.as-received',
    title: 'REQUEST_URI is the target, neither decoded nor normalised',
    request: { target: '/a%2fb/../%7Ec?x=%zz&y=/../' },
    expect: { REQUEST_URI: '/a%2fb/../%7Ec?x=%zz&y=/../' },
  },
  {
    id: 'ENV-URI.absolute',
    title: 'REQUEST_URI keeps scheme and authority of an absolute target',
    request: { target: 'http://tsgi.test/x?y' },
    expect: { REQUEST_URI: 'http://tsgi.test/x?y' },
  },
  {
    id: 'ENV-PROTOCOL.http11',
    title: 'SERVER_PROTOCOL is HTTP/1.1 for that version',
    request: {},
    expect: { SERVER_PROTOCOL: 'HTTP/1.1' },
  },
  {
    id: 'ENV-PROTOCOL.http10',
    title: 'SERVER_PROTOCOL is HTTP/1.0 for that version',
    request: { version: 'HTTP/1.0' },
    expect: { SERVER_PROTOCOL: 'HTTP/1.0' },
    requires: ['http10'],
  },
  {
    id: 'ENV-SCHEME.absolute-target',
    title: 'The scheme of an absolute target does not say how the request came',
    request: { target: 'https://tsgi.test/' },
    expect: { 'tsgi.url_scheme': 'http' },
  },
  {
    id: 'ENV-SCHEME.http',
    title: 'tsgi.url_scheme is http on a connection without TLS',
    request: {},
    expect: { 'tsgi.url_scheme': 'http' },
  },
  {
    id: 'ENV-USER.authorization',
    title: 'An Authorization field alone names no user',
    request: { headers: [['Authorization', 'Basic a2l0OmtpdA==']] },
    expect: { REMOTE_USER: undefined, AUTH_TYPE: undefined },
  },
  {
    id: 'ENV-USER.remote-user-field',
    title: 'A field named Remote-User names no user',
    request: { headers: [['Remote-User', 'root']] },
    expect: { REMOTE_USER: undefined, AUTH_TYPE: undefined },
  },
  {
    id: 'ENV-QS-RAW.escapes',
    title: 'The query is not decoded',
    request: { target: '/p?a=%26&b=+%2b' },
    expect: { QUERY_STRING: 'a=%26&b=+%2b' },
  },
  {
    id: 'ENV-QS-RAW.odd-characters',
    title: 'Incomplete escapes and brackets in the query stay',
    request: { target: '/p?%zz[]|/../?%' },
    expect: { QUERY_STRING: '%zz[]|/../?%', PATH_INFO: '/p' },
  },
  {
    id: 'ENV-QS-MARK.second-mark',
    title: 'Only the first question mark is left out',
    request: { target: '/p??a' },
    expect: { QUERY_STRING: '?a' },
  },
  {
    id: 'ENV-QS-PRESENT.none',
    title: 'QUERY_STRING is empty without a query',
    request: { target: '/p' },
    expect: { QUERY_STRING: '' },
  },
  {
    id: 'ENV-QS-PRESENT.empty',
    title: 'QUERY_STRING is empty for an empty query',
    request: { target: '/p?' },
    expect: { QUERY_STRING: '' },
  },
]);

/** Entries that depend on the connection or on a choice of the server. */
export const environValueChecks: readonly ServerCheck[] = [
  ...fixed,
  ...['get', 'M-SEARCH', 'PROPFIND', "X!#$%&'*+-.^_`|~9"].map(
    (method): ServerCheck => ({
      id: `ENV-METHOD.token-${method.toLowerCase().replaceAll(/[^a-z-]/g, '')}`,
      title: `The method ${method} arrives as it is, unless it is refused with 400 or 501`,
      app: recordEnviron,
      run: async (driver) => {
        const response = await driver.exchange({ method });
        driver.assert.oneOf('status code', response.statusCode, [200, 400, 501]);
        if (response.statusCode !== 200) {
          await driver.proveIdentity();
          driver.assert.equal('calls', driver.events('call').length, 0);
          return;
        }
        const { data } = await driver.event('environ');
        const { REQUEST_METHOD } = data as Readonly<Record<string, string>>;
        driver.assert.equal('REQUEST_METHOD', REQUEST_METHOD, method);
      },
    }),
  ),
  {
    id: 'REQ-METHOD.unknown',
    title: 'A method that is a token but registered nowhere is refused',
    app: recordEnviron,
    run: async (driver) => {
      const response = await driver.exchange({ method: 'KIT-UNKNOWN' });
      driver.assert.oneOf('status code', response.statusCode, [400, 501]);
    },
  },
  ...(
    [
      ['host-field', 'the Host field', { host: 'evil.test:1' }],
      ['absolute-target', 'the target', { target: 'http://evil.test:1/' }],
    ] as const
  ).flatMap(([variant, place, request]): readonly ServerCheck[] => [
    {
      id: `ENV-NAME.${variant}`,
      title: `SERVER_NAME is not taken from ${place}`,
      app: recordEnviron,
      run: async (driver) => {
        const environ = await environOf(driver, request);
        const name = environ['SERVER_NAME'] ?? '';
        driver.assert.holds('SERVER_NAME', !['', 'evil.test', 'evil.test:1'].includes(name), {
          expected: 'a name of the listening side',
          got: `"${name}"`,
        });
      },
    },
    {
      id: `ENV-PORT.${variant}`,
      title: `SERVER_PORT is the port of the listening side, whatever ${place} says`,
      app: recordEnviron,
      run: async (driver) => {
        const environ = await environOf(driver, request);
        const port = environ['SERVER_PORT'];
        driver.assert.holds('SERVER_PORT', port === String(driver.endpoint.port), {
          expected: 'the listening port in digits',
          got: port === '1' ? `the port of ${place}` : 'another value',
        });
      },
    },
  ]),
  {
    id: 'ENV-PROTOCOL.later-minor',
    title: 'SERVER_PROTOCOL is HTTP/1.1 for a later minor version, unless that is refused',
    app: recordEnviron,
    run: async (driver) => {
      const connection = await driver.begin({ version: 'HTTP/1.2' });
      await connection.responseOrEnd();
      await driver.settle();
      const protocols = driver
        .events('environ')
        .map(({ data }) => (data as Readonly<Record<string, string>>)['SERVER_PROTOCOL']);
      driver.assert.oneOf('SERVER_PROTOCOL of each call', protocols, [['HTTP/1.1'], []]);
    },
  },
  {
    id: 'ENV-REMOTE.peer',
    title: 'REMOTE_ADDR and REMOTE_PORT, where present, are those of the client',
    app: recordEnviron,
    run: async (driver) => {
      const connection = await driver.begin({ headers: [['X-Forwarded-For', '203.0.113.9']] });
      await connection.response();
      const { data } = await driver.event('environ');
      const { REMOTE_ADDR: address, REMOTE_PORT: port } = data as Readonly<Record<string, string>>;
      driver.assert.oneOf('REMOTE_ADDR', address, [undefined, '127.0.0.1', '::ffff:127.0.0.1']);
      const isRight = port === undefined || port === String(connection.localPort);
      driver.assert.holds('REMOTE_PORT', isRight, {
        expected: 'the port of the client, or absent',
        got: 'another value',
      });
    },
  },
  {
    id: 'ENV-PROXY-TRUST.forwarded-fields',
    title: 'Forwarded fields of an untrusted peer decide nothing',
    app: recordEnviron,
    run: async (driver) => {
      const headers = [
        ['Forwarded', 'for=203.0.113.9;proto=https;host=evil.test'],
        ['X-Forwarded-For', '203.0.113.9'],
        ['X-Forwarded-Proto', 'https'],
        ['X-Forwarded-Host', 'evil.test'],
        ['X-Forwarded-Port', '444'],
        ['X-Forwarded-Prefix', '/evil'],
        ['X-Real-IP', '203.0.113.9'],
      ] as const;
      const environ = await environOf(driver, { headers });
      driver.assert.equal('tsgi.url_scheme', environ['tsgi.url_scheme'], 'http');
      driver.assert.equal('HTTP_HOST', environ['HTTP_HOST'], 'tsgi.test');
      driver.assert.equal('SCRIPT_NAME', environ['SCRIPT_NAME'], '');
      driver.assert.equal('REMOTE_ADDR', environ['REMOTE_ADDR'] === '203.0.113.9', false);
      driver.assert.equal('SERVER_PORT', environ['SERVER_PORT'] === '444', false);
    },
  },
  {
    id: 'ENV-PROXY-TRUST.all-entries',
    title: 'With forwarded fields of an untrusted peer, every other entry is as without them',
    app: recordEnviron,
    run: async (driver) => {
      await driver.exchange();
      await driver.exchange({ headers: FORWARDED });
      await driver.event('environ', 2);
      const [plain, forwarded] = driver
        .events('environ')
        .map(({ data }) => withoutOwnKeys(data as Readonly<Record<string, string>>));
      driver.assert.equal('entries', forwarded, plain);
    },
  },
  {
    id: 'ENV-ASYNC-FALSE.sync-profile',
    title: 'tsgi.async is false under the synchronous profile',
    app: recordEntries(['tsgi.async']),
    run: async (driver) => {
      await driver.exchange();
      driver.assert.equal('tsgi.async', (await driver.event('entries')).data, [false]);
    },
  },
];
