import type { Application, Environ, HeaderList, StatusLine } from '@tsgi/types';
import type { CheckId, Probe, ServerCheck } from '../../check.ts';
import { fromBytes, toBytes } from '../../wire/byte-string.ts';
import type { RequestShape } from '../../wire/request-bytes.ts';
import { answering, illegal, thrownBy, trackedBody } from './applications.ts';
import { dataOf, seenCheck } from './seen.ts';
import { assertResponse, fieldOf } from './tables.ts';

const TE: RequestShape = { headers: [['TE', 'trailers']] };
const DIGEST: HeaderList = [['X-Digest', 'abc']];

function setTrailers(environ: Environ, list: HeaderList): void {
  (environ['tsgi.trailers'] ?? illegal(undefined))(list);
}

function fail(): never {
  throw new Error('broken on purpose');
}

/** Sets a list before the response starts, and another one when the body has ended. */
function withTrailers(
  probe: Probe,
  { early, late, isArray = false, isEmpty = false, status = '200 OK', headers = [] }: Given,
): Application {
  return (environ, startResponse) => {
    if (early !== undefined) setTrailers(environ, early);
    startResponse(status, [probe.tag, ...headers]);
    if (isEmpty) return trackedBody(probe, { steps: [] });
    if (isArray) return [toBytes('ok')];
    const last = (): string => {
      if (late !== undefined) setTrailers(environ, late);
      return 'k';
    };
    return trackedBody(probe, { steps: ['o', last] });
  };
}

interface Given {
  readonly early?: HeaderList;
  readonly late?: HeaderList;
  readonly isArray?: boolean;
  readonly isEmpty?: boolean;
  readonly status?: StatusLine;
  readonly headers?: HeaderList;
}

/** A response and the trailer fields that it must have. */
interface SentCase {
  readonly id: CheckId;
  readonly title: string;
  readonly given: Given;
  readonly request?: RequestShape;
  readonly body?: string;
  readonly trailers: HeaderList;
}

const PAIRS: HeaderList = [
  ['X-Digest', 'abc'],
  ['X-B', '1'],
  ['x-digest', 'caf\xe9'],
];

const sent: readonly SentCase[] = [
  {
    id: 'TRAILERS-SEND.early',
    title: 'Fields set before the commit follow the content',
    given: { early: PAIRS },
    trailers: PAIRS,
  },
  {
    id: 'TRAILERS-SEND.late',
    title: 'Fields set with the last chunk follow the content',
    given: { late: PAIRS },
    trailers: PAIRS,
  },
  {
    id: 'TRAILERS-REPLACE.values',
    title: 'A second list replaces the first',
    given: { early: [['X-Digest', '']], late: DIGEST },
    trailers: DIGEST,
  },
  {
    id: 'TRAILERS-REPLACE.empty',
    title: 'An empty list withdraws the first',
    given: { early: DIGEST, late: [] },
    trailers: [],
  },
  {
    id: 'TRAILERS-ARRAY.framing',
    title: 'An Array with trailers has no Content-Length, and they are sent',
    given: { early: DIGEST, isArray: true },
    trailers: DIGEST,
  },
  {
    id: 'TRAILERS-ARRAY.no-chunk',
    title: 'A body without a chunk can have trailers',
    given: { early: DIGEST, isEmpty: true },
    body: '',
    trailers: DIGEST,
  },
  {
    id: 'TRAILERS-LENGTH.given',
    title: 'With a Content-Length of the application no trailer field is sent',
    given: { early: DIGEST, headers: [['Content-Length', '2']] },
    trailers: [],
  },
  {
    id: 'TRAILERS-NOBODY.head',
    title: 'HEAD has no trailer field',
    given: { early: DIGEST },
    request: { ...TE, method: 'HEAD' },
    body: '',
    trailers: [],
  },
  ...(['204 No Content', '205 Reset Content', '304 Not Modified'] as const).map(
    (status): SentCase => ({
      id: `TRAILERS-NOBODY.${status.slice(0, 3)}`,
      title: `${status.slice(0, 3)} has no trailer field`,
      given: { early: DIGEST, status },
      body: '',
      trailers: [],
    }),
  ),
];

function sentCheck({
  id,
  title,
  given,
  request = TE,
  body = 'ok',
  trailers,
}: SentCase): ServerCheck {
  return {
    id,
    title,
    app: (probe) => withTrailers(probe, given),
    run: async (driver) => {
      const connection = await driver.begin(request);
      const response = await connection.response(request.method);
      assertResponse(driver, response, { status: given.status ?? '200 OK', body });
      // Without content there is no trailer section, and what is sent all the same comes too much.
      if (response.framing !== 'none') {
        driver.assert.equal('trailer fields', response.trailers, trailers);
      }
      await driver.ping();
      await connection.octetsSoFar();
      driver.assert.equal('octets after the response', connection.unread, 0);
    },
  };
}

/** Lists that are refused, by code. */
const BAD: readonly (readonly [list: unknown, code: string])[] = [
  [{}, 'ERR_TSGI_HEADERS'],
  [[['X']], 'ERR_TSGI_HEADERS'],
  [[['bad name', 'a']], 'ERR_TSGI_HEADER_NAME'],
  [[['X', 'a\r\nX-Evil: 1']], 'ERR_TSGI_HEADER_VALUE'],
  [[['Transfer-Encoding', 'chunked']], 'ERR_TSGI_HEADER_HOP'],
  ...['Connection', 'Keep-Alive', 'proxy-connection', 'TE', 'trailer', 'Upgrade'].map(
    (name) => [[[name, 'x']], 'ERR_TSGI_HEADER_HOP'] as const,
  ),
  [[['X', 1]], 'ERR_TSGI_HEADERS'],
  [[['Status', 'a']], 'ERR_TSGI_HEADER_NAME'],
  [[['X', 'a\nX-Evil: 1']], 'ERR_TSGI_HEADER_VALUE'],
  [[['X', '\u20ac']], 'ERR_TSGI_HEADER_VALUE'],
  [[['X', 'a '], DIGEST[0]], 'ERR_TSGI_HEADER_VALUE'],
  [[...DIGEST, ['X', 'a\0']], 'ERR_TSGI_HEADER_VALUE'],
];

const FORBIDDEN: readonly string[] = [
  ...'Content-Length Host Cache-Control Expect Max-Forwards Pragma Range If-Match if-none-match'.split(
    ' ',
  ),
  ...'Authorization Proxy-Authenticate Proxy-Authorization Set-Cookie WWW-Authenticate'.split(' '),
  ...'Age Date Expires Location Retry-After Vary Warning'.split(' '),
  ...'Content-Encoding Content-Range content-type'.split(' '),
  ...'If-Kit IF-RANGE host EXPECT set-cookie AUTHORIZATION retry-after content-length'.split(' '),
];

const presence: readonly (readonly [variant: string, request: RequestShape, expect: boolean])[] = [
  ['not-asked', {}, false],
  ['other-members', { headers: [['TE', 'gzip, x-trailers, trailersx']] }, false],
];

/** `tsgi.trailers`. */
export const trailerChecks: readonly ServerCheck[] = [
  ...presence.map(([variant, request, expect]) =>
    seenCheck({
      id: `TRAILERS-PRESENT.${variant}`,
      title: `tsgi.trailers is absent where the client did not ask (${variant.replace('-', ' ')})`,
      request,
      look: (environ) => 'tsgi.trailers' in environ,
      expect,
    }),
  ),
  seenCheck({
    id: 'TRAILERS-PRESENT.http10',
    title: 'An HTTP/1.0 request has no tsgi.trailers',
    requires: ['http10'],
    request: { ...TE, version: 'HTTP/1.0' },
    look: (environ) => 'tsgi.trailers' in environ,
    expect: false,
  }),
  ...sent.map(sentCheck),
  {
    id: 'TRAILERS-ARRAY.no-length',
    title: 'An Array with trailers has no Content-Length',
    app: (probe) => withTrailers(probe, { early: DIGEST, isArray: true }),
    run: async (driver) => {
      const response = await driver.exchange(TE);
      driver.assert.equal('Content-Length', fieldOf(response, 'content-length'), []);
    },
  },
  {
    id: 'TRAILERS-ANNOUNCE.names',
    title: 'The fields set at the commit are named in a Trailer field',
    app: (probe) => withTrailers(probe, { early: PAIRS.slice(0, 2) }),
    run: async (driver) => {
      const announced = fieldOf(await driver.exchange(TE), 'trailer')
        .join(',')
        .toLowerCase();
      driver.assert.equal('Trailer', announced.split(/ *, */), ['x-digest', 'x-b']);
    },
  },
  {
    id: 'TRAILERS-CHECK.lists',
    title: 'What startResponse refuses is refused with the same code, and the list before stays',
    app: (probe) => (environ, startResponse) => {
      setTrailers(environ, DIGEST);
      const codes = BAD.map(([list]) => thrownBy(() => setTrailers(environ, illegal(list))).code);
      probe.record('codes', codes);
      startResponse('200 OK', [probe.tag]);
      return [toBytes('ok')].values();
    },
    run: async (driver) => {
      const response = await driver.exchange(TE);
      const { data } = await driver.event('codes');
      driver.assert.equal(
        'codes',
        data,
        BAD.map(([, code]) => code),
      );
      driver.assert.equal('trailer fields', response.trailers, DIGEST);
    },
  },
  {
    id: 'TRAILERS-CHECK.changed-later',
    title: 'A list that is changed after the call is sent as it was',
    app: (probe) => (environ, startResponse) => {
      const pair: [string, string] = ['X-Digest', 'abc'];
      const list = [pair];
      setTrailers(environ, list);
      pair[1] = 'a\r\nX-Evil: 1';
      list.push(['X-More', '1']);
      startResponse('200 OK', [probe.tag]);
      return [toBytes('ok')].values();
    },
    run: async (driver) => {
      const { trailers } = await driver.exchange(TE);
      driver.assert.equal('trailer fields', trailers, DIGEST);
    },
  },
  {
    id: 'TRAILERS-LENGTH.own-answer',
    title: "The server's own 500 has no trailer field",
    app: () => (environ) => {
      setTrailers(environ, DIGEST);
      return fail();
    },
    run: async (driver) => {
      const connection = await driver.begin(TE);
      await connection.response();
      await driver.ping();
      await connection.octetsSoFar();
      driver.assert.equal('octets after the response', connection.unread, 0);
    },
  },
  {
    id: 'TRAILERS-FORBIDDEN.names',
    title: 'A field that is no trailer is refused with ERR_TSGI_HEADER_NAME',
    app: (probe) => (environ, startResponse) => {
      const taken = FORBIDDEN.filter((name) => {
        const { code } = thrownBy(() => setTrailers(environ, [...DIGEST, [name, '1']]));
        return code !== 'ERR_TSGI_HEADER_NAME';
      });
      probe.record('taken', taken);
      return answering(probe)(environ, startResponse);
    },
    run: async (driver) => {
      await driver.exchange(TE);
      driver.assert.equal('names taken', (await driver.event('taken')).data, []);
    },
  },
  {
    id: 'TRAILERS-FAULT.after-chunk',
    title: 'A response that is cut short has no trailer field',
    app: (probe) => (environ, startResponse) => {
      setTrailers(environ, DIGEST);
      startResponse('200 OK', [probe.tag]);
      return trackedBody(probe, { steps: ['first', fail] });
    },
    run: async (driver) => {
      const response = await driver.exchange(TE);
      driver.assert.equal('content', fromBytes(response.body), 'first');
      driver.assert.equal('trailer fields', response.trailers, []);
      driver.assert.equal('response is complete', response.complete, false);
    },
  },
  {
    id: 'TRAILERS-ENDED.in-cleanup',
    title: 'In close() and in callbacks a call throws ERR_TSGI_ENDED',
    app: (probe) => (environ, startResponse) => {
      const late = (place: string): void => {
        probe.record('late', [place, thrownBy(() => setTrailers(environ, DIGEST)).code ?? 'none']);
      };
      environ['tsgi.on_finish'](() => late('callback'));
      startResponse('200 OK', [probe.tag]);
      return trackedBody(probe, { steps: ['ok'], onClose: () => late('close') });
    },
    run: async (driver) => {
      await driver.exchange(TE);
      await driver.event('late', 2);
      const got = dataOf(driver, 'late').slice(0, 2);
      driver.assert.equal('thrown', got, [
        ['close', 'ERR_TSGI_ENDED'],
        ['callback', 'ERR_TSGI_ENDED'],
      ]);
    },
  },
];
