import type { CheckId, ServerCheck } from '../../check.ts';
import { fromBytes, toBytes } from '../../wire/byte-string.ts';
import type { RequestShape } from '../../wire/request-bytes.ts';
import { answering, describeThrown, recordEnviron } from './applications.ts';
import { bodyRead, recordRead } from './input.ts';
import { assertResponse } from './tables.ts';

const CHUNKED = ['Transfer-Encoding', 'chunked'] as const;

/** A body that is cut short or malformed, and how the client leaves. */
interface BrokenBody {
  readonly id: CheckId;
  readonly title: string;
  readonly request: RequestShape;
  readonly requires?: ServerCheck['requires'];
}

const broken: readonly BrokenBody[] = [
  {
    id: 'INP-TRUNC.content-length',
    title: 'A body that ends before its Content-Length is not taken for a complete one',
    request: { method: 'POST', headers: [['Content-Length', '10']], body: 'abcd' },
  },
  {
    id: 'INP-TRUNC.no-last-chunk',
    title: 'A chunked body without its last chunk is not taken for a complete one',
    requires: ['chunkedRequest'],
    request: { method: 'POST', headers: [CHUNKED], body: '4\r\nabcd\r\n' },
  },
  {
    id: 'INP-TRUNC.bad-chunk-size',
    title: 'A chunked body with a malformed size is not taken for a complete one',
    requires: ['chunkedRequest'],
    request: { method: 'POST', headers: [CHUNKED], body: '4\r\nabcd\r\nzz\r\n\r\n0\r\n\r\n' },
  },
  {
    id: 'INP-TRUNC.long-chunk',
    title: 'A chunk that is longer than its size is not taken for a complete one',
    requires: ['chunkedRequest'],
    request: { method: 'POST', headers: [CHUNKED], body: '3\r\nabcd\r\n0\r\n\r\n' },
  },
  {
    id: 'INP-TRUNC.negative-chunk-size',
    title: 'A chunked body with a negative size is not taken for a complete one',
    requires: ['chunkedRequest'],
    request: { method: 'POST', headers: [CHUNKED], body: '-1\r\nabcd\r\n0\r\n\r\n' },
  },
  ...(
    [
      ['letter-after-size', '3g\r\nabc\r\n0\r\n\r\n'],
      ['prefixed-chunk-size', '0x3\r\nabc\r\n0\r\n\r\n'],
      ['sign-before-size', '+3\r\nabc\r\n0\r\n\r\n'],
      ['no-chunk-size', ';a=b\r\nabc\r\n0\r\n\r\n'],
      ['size-above-2-64', '10000000000000003\r\nabc\r\n0\r\n\r\n'],
      ['no-line-end-after-chunk', '3\r\nabc0\r\n\r\n'],
      ['cut-last-chunk', '3\r\nabc\r\n0\r\n'],
      ['cut-trailer', '3\r\nabc\r\n0\r\nX-T: a'],
    ] as const
  ).map(
    ([variant, body]): BrokenBody => ({
      id: `INP-TRUNC.${variant}`,
      title: `A chunked body is not taken for a complete one: ${variant.replaceAll('-', ' ')}`,
      requires: ['chunkedRequest'],
      request: { method: 'POST', headers: [CHUNKED], body },
    }),
  ),
];

function brokenBodyCheck({ id, title, request, requires }: BrokenBody): ServerCheck {
  return {
    id,
    title,
    requires,
    app: recordRead,
    run: async (driver) => {
      const connection = await driver.begin(request);
      connection.halfClose();
      await connection.ended();
      await driver.settle();
      const results = driver.events('read').map(({ data }) => data);
      const honest = { kind: 'Error', code: 'ERR_TSGI_INPUT_ABORTED' };
      driver.assert.oneOf('results of reading', results, [[], [honest]]);
    },
  };
}

interface WireBody {
  readonly id: CheckId;
  readonly title: string;
  readonly coding?: string;
  readonly body: string;
  readonly expect: string;
}

const decoded: readonly WireBody[] = [
  {
    id: 'INP-CHUNKED.extensions',
    title: 'Chunk extensions are not part of the body',
    body: '3;a=b;c="d;e"\r\nabc\r\n3;f\r\ndef\r\n0;g=h\r\n\r\n',
    expect: 'abcdef',
  },
  {
    id: 'INP-CHUNKED.sizes',
    title: 'Sizes in either case and with leading zeros are read',
    body: `00A\r\n0123456789\r\n0b\r\n0123456789a\r\n0000\r\n\r\n`,
    expect: '01234567890123456789a',
  },
  {
    id: 'INP-CHUNKED.trailers',
    title: 'Trailer fields are not part of the body',
    body: '3\r\nabc\r\n0\r\nX-Trailer: def\r\n\r\n',
    expect: 'abc',
  },
  {
    id: 'INP-CHUNKED.framing-inside',
    title: 'Octets that look like framing are part of the chunk',
    body: 'b\r\n\r\n0\r\n\r\n\r\nab\r\n0\r\n\r\n',
    expect: '\r\n0\r\n\r\n\r\nab',
  },
  {
    id: 'INP-CHUNKED.capitals',
    title: 'The name of the coding is read in any case',
    coding: 'CHUNKED',
    body: '3\r\nabc\r\n0\r\n\r\n',
    expect: 'abc',
  },
];

function wireBodyCheck({ id, title, coding = 'chunked', body, expect }: WireBody): ServerCheck {
  return {
    id,
    title,
    requires: ['chunkedRequest'],
    app: recordRead,
    run: async (driver) => {
      const headers = [['Transfer-Encoding', coding]] as const;
      const response = await driver.exchange({ method: 'POST', headers, body });
      driver.assert.equal('status', response.status, '200 OK');
      driver.assert.equal('body read', await bodyRead(driver), expect);
    },
  };
}

const EVIL = 'GET /evil HTTP/1.1\r\nHost: tsgi.test\r\n\r\n';

/** A request whose body nobody reads, then another one on the same connection. */
function drainCheck(id: CheckId, repeats: number, profile: 'sync' | 'async'): ServerCheck {
  return {
    id,
    title: `An unread body of ${EVIL.length * repeats} octets is not parsed as requests (${profile})`,
    settings: { profile },
    requires: profile === 'async' ? ['async'] : undefined,
    app: (probe) => answering(probe),
    run: async (driver) => {
      const connection = await driver.begin({
        method: 'POST',
        target: '/first',
        body: EVIL.repeat(repeats),
      });
      const first = await connection.response('POST');
      driver.assert.equal('status of the first response', first.status, '200 OK');
      await connection.send(driver.request({ target: '/second' }));
      const second = await connection.responseOrEnd();
      driver.assert.oneOf('status of the second response', second?.status, ['200 OK', undefined]);
      await driver.settle();
      const targets = driver.events('call').map(({ data }) => (data as { uri: string }).uri);
      const expected = second === undefined ? ['/first'] : ['/first', '/second'];
      driver.assert.equal('targets that reached the application', targets, expected);
    },
  };
}

/** The body of a request between the wire and `tsgi.input`. */
export const wireInputChecks: readonly ServerCheck[] = [
  ...broken.map(brokenBodyCheck),
  ...decoded.map(wireBodyCheck),
  drainCheck('INP-DRAIN.small', 4, 'sync'),
  drainCheck('INP-DRAIN.large', 8000, 'sync'),
  drainCheck('INP-DRAIN.async-small', 4, 'async'),
  drainCheck('INP-DRAIN.async-large', 30_000, 'async'),
  ...(
    [
      ['refused-path', '/%zz'],
      ['outside-mount', '/outside'],
    ] as const
  ).map(
    ([variant, target]): ServerCheck => ({
      id: `INP-DRAIN.${variant}`,
      title: `The body of a refused request is not parsed as requests (${variant})`,
      settings: variant === 'outside-mount' ? { scriptName: '/m' } : undefined,
      app: (probe) => answering(probe),
      run: async (driver) => {
        const body = EVIL.replace('/evil', '/m/evil').repeat(4);
        const connection = await driver.begin({ method: 'POST', target, body });
        await connection.responseOrEnd('POST');
        await connection.send(driver.request({ target, headers: [['Connection', 'close']] }));
        await connection.responseOrEnd();
        await driver.settle();
        driver.assert.equal('calls of the application', driver.events('call').length, 0);
      },
    }),
  ),
  {
    id: 'INP-DRAIN-LIMIT.endless',
    title: 'A body that nobody reads is not discarded without end, by octets or by time',
    settings: { profile: 'async' },
    requires: ['async', 'chunkedRequest'],
    app: (probe) => answering(probe),
    run: async (driver) => {
      const connection = await driver.begin({ method: 'POST', headers: [CHUNKED] });
      const chunk = toBytes(`100000\r\n${'x'.repeat(1_048_576)}\r\n`);
      await connection.sendUntilEnded(chunk);
      driver.assert.equal('the connection has ended', connection.closing !== undefined, true);
    },
  },
  {
    id: 'INP-BUFFERED.half-sent',
    title: 'While half of the body is missing, no input claims to be buffered',
    app: (probe) => (environ, startResponse) => {
      probe.record('buffered', environ['tsgi.input_buffered']);
      return recordRead(probe)(environ, startResponse);
    },
    run: async (driver) => {
      const headers = [['Content-Length', '10']] as const;
      const connection = await driver.begin({ method: 'POST', headers, body: 'abcde' });
      const early = driver.events('buffered').map(({ data }) => data);
      await driver.ping();
      const claims = [...early, ...driver.events('buffered').map(({ data }) => data)];
      driver.assert.equal('tsgi.input_buffered is true', claims.includes(true), false);
      await connection.send(toBytes('fghij'));
      assertResponse(driver, await connection.response('POST'), {});
      driver.assert.equal('body read', await bodyRead(driver), 'abcdefghij');
    },
  },
  {
    id: 'INP-TOO-LARGE.declared',
    title: 'A body of 2^53 - 1 octets is answered with 413 before the call, or waited for',
    app: recordRead,
    run: async (driver) => {
      const headers = [['Content-Length', '9007199254740991']] as const;
      const connection = await driver.begin({ method: 'POST', headers });
      connection.halfClose();
      const response = await connection.responseOrEnd('POST');
      const got = response?.statusCode ?? 'closed';
      driver.assert.oneOf('status', got, [413, 400, 408, 200, 'closed']);
      await driver.settle();
      const codes = driver.events('read').map(({ data }) => (data as { code?: string }).code);
      const accepted = [[], ['ERR_TSGI_INPUT_TOO_LARGE'], ['ERR_TSGI_INPUT_ABORTED']];
      driver.assert.oneOf('codes thrown by reading', codes, accepted);
    },
  },
  {
    id: 'INP-TOO-LARGE.chunked',
    title: 'A chunked body of 16 MiB is taken whole, or found too large',
    patience: 3,
    requires: ['chunkedRequest'],
    app: (probe) => (environ, startResponse) => {
      let length = 0;
      try {
        for (const part of environ['tsgi.input']) length += part.length;
        probe.record('read', length);
      } catch (error) {
        probe.record('read', describeThrown(error).code);
      }
      return answering(probe)(environ, startResponse);
    },
    run: async (driver) => {
      const connection = await driver.begin({ method: 'POST', headers: [CHUNKED] });
      const chunk = toBytes(`100000\r\n${'x'.repeat(1_048_576)}\r\n`);
      connection.offer([...Array.from({ length: 16 }, () => chunk), toBytes('0\r\n\r\n')]);
      const response = await connection.responseOrEnd('POST');
      driver.assert.oneOf('status', response?.statusCode ?? 'closed', [200, 413, 'closed']);
      await driver.settle();
      const results = driver.events('read').map(({ data }) => data);
      const honest = [[], [16 * 1_048_576], ['ERR_TSGI_INPUT_TOO_LARGE']];
      driver.assert.oneOf('results of reading', results, honest);
    },
  },
  {
    id: 'HTTP-SPLIT.octets',
    title: 'A request sent octet by octet has the same result',
    patience: 3,
    requires: ['chunkedRequest'],
    app: recordRead,
    run: async (driver) => {
      const connection = await driver.connect();
      const head = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n';
      for (const octet of toBytes(`${head}3\r\nabc\r\n0\r\n\r\n`)) {
        await connection.send(Uint8Array.of(octet));
        await driver.ping();
      }
      assertResponse(driver, await connection.response('POST'), {});
      driver.assert.equal('body read', await bodyRead(driver), 'abc');
    },
  },
  {
    id: 'HTTP-SPLIT.everywhere',
    title: 'A request split in two has the same result wherever it is split',
    patience: 3,
    app: (probe) => (environ, startResponse) => {
      probe.record('body', fromBytes(environ['tsgi.input'].read()));
      return recordEnviron(probe)(environ, startResponse);
    },
    run: async (driver) => {
      const headers = [['X-Kit', 'v']] as const;
      const octets = driver.request({ method: 'POST', target: '/a%2fb?c', headers, body: 'abc' });
      const places = Array.from(octets.keys()).filter(
        (at) => at > 0 && (at % 4 === 0 || at > octets.length - 8),
      );
      for (const at of places) {
        const connection = await driver.connect();
        await connection.send(octets.subarray(0, at));
        await driver.ping();
        await connection.send(octets.subarray(at));
        const response = await connection.response('POST');
        driver.assert.equal('status', response.status, '200 OK');
        await connection.dispose();
      }
      await driver.event('environ', places.length);
      const environs = driver.events('environ').map(({ data }) => data as Record<string, string>);
      const bodies = new Set(driver.events('body').map(({ data }) => data));
      const paths = new Set(
        environs.map(({ PATH_INFO: path, HTTP_X_KIT: kit }) => `${path} ${kit}`),
      );
      driver.assert.equal('bodies', [...bodies], ['abc']);
      driver.assert.equal('paths and fields', [...paths], ['/a%2Fb v']);
    },
  },
];
