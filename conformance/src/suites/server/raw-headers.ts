import type { Environ } from '@tsgi/types';
import type { PlainData, ServerCheck } from '../../check.ts';
import { fromBytes } from '../../wire/byte-string.ts';
import { answering } from './applications.ts';
import { seenCheck } from './seen.ts';
import { fieldOf } from './tables.ts';

const HEADERS = [
  ['X-Kit', 'one'],
  ['x-kiT', 'two'],
  ['X_Kit', 'low line'],
  ['Connection', 'x-hop'],
  ['X-Hop', 'h'],
  ['TE', 'trailers'],
  ['X-Empty', ''],
  ['X-Kit', 'three'],
] as const;

const CONTENT = [
  ['Content-Length', '2'],
  ['Content-Type', 'text/kit'],
  ['Cookie', 'a=1'],
  ['Authorization', 'Kit abc'],
  ['Cookie', 'b=2'],
  ['Proxy', 'x'],
] as const;

const names: ReadonlySet<string> = new Set([
  'x-kit',
  'x_kit',
  'connection',
  'x-hop',
  'te',
  'x-empty',
]);

function rawOf(environ: Environ): readonly (readonly string[])[] {
  return environ['tsgi.raw_headers'] ?? [];
}

function isPair(pair: unknown): boolean {
  return Array.isArray(pair) && pair.length === 2 && pair.every((item) => typeof item === 'string');
}

/** The pairs whose names the check has chosen. */
function chosen(environ: Environ): readonly (readonly string[])[] {
  return rawOf(environ).filter(([name = '']) => names.has(name.toLowerCase()));
}

/** `tsgi.raw_headers`. */
export const rawHeaderChecks: readonly ServerCheck[] = [
  seenCheck({
    id: 'RAW-ALL.odd-fields',
    title: 'Repeated, underscored and hop-by-hop fields are there, in order',
    request: { headers: HEADERS },
    look: (environ) =>
      chosen(environ).map(([name = '', value = '']) => [name.toLowerCase(), value]),
    expect: HEADERS.map(([name, value]) => [name.toLowerCase(), value]),
  }),
  seenCheck({
    id: 'RAW-ALL.body-fields',
    title: 'Fields of the framing, of the content and repeated cookies are there as well',
    request: { method: 'POST', headers: CONTENT, body: 'ab' },
    look: (environ) =>
      rawOf(environ).filter(([name = '']) => CONTENT.some(([other]) => other === name)),
    expect: CONTENT.map(([name, value]) => [name, value]),
  }),
  seenCheck({
    id: 'RAW-ALL.host',
    title: 'The Host line as received is there under an absolute target',
    request: { target: 'http://other.test/x' },
    look: (environ) =>
      rawOf(environ)
        .filter(([name = '']) => name.toLowerCase() === 'host')
        .map(([, value = '']) => value),
    expect: ['tsgi.test'],
  }),
  seenCheck({
    id: 'RAW-NAME.case',
    title: 'Names keep the case in which they were sent',
    request: { headers: HEADERS },
    look: (environ) => chosen(environ).map(([name = '']) => name),
    expect: HEADERS.map(([name]) => name),
  }),
  seenCheck({
    id: 'RAW-VALUE.octets',
    title: 'Values are the octets sent, without the space around them',
    request: {
      headers: [
        ['X-Kit', ' \t a,  b\tc \t'],
        ['X-Kit', 'caf\xe9 \xff'],
      ],
    },
    look: (environ) => chosen(environ).map(([, value = '']) => value),
    expect: ['a,  b\tc', 'caf\xe9 \xff'],
  }),
  seenCheck({
    id: 'RAW-SHAPE.pairs',
    title: 'The list is an Array of Arrays of two strings',
    look: (environ): PlainData => {
      const raw: unknown = environ['tsgi.raw_headers'];
      if (!Array.isArray(raw)) return 'no Array';
      return raw.every(isPair);
    },
    expect: true,
  }),
  seenCheck({
    id: 'RAW-PSEUDO.http1',
    title: 'The list holds no pseudo-header field',
    request: { target: 'http://other.test/x' },
    look: (environ) =>
      rawOf(environ)
        .map(([name = '']) => name)
        .filter((name) => name.startsWith(':')),
    expect: [],
  }),
  {
    id: 'RAW-TRAILER.chunked',
    title: 'A trailer field is not in the list, neither before nor after the body is read',
    requires: ['chunkedRequest'],
    app: (probe) => (environ, startResponse) => {
      const count = (): number =>
        rawOf(environ).filter(([name = '']) => name.toLowerCase() === 'x-trailer').length;
      const before = count();
      const body = fromBytes(environ['tsgi.input'].read());
      probe.record('trailers', [before, count()]);
      probe.record('body', body);
      return answering(probe)(environ, startResponse);
    },
    run: async (driver) => {
      const headers = [['Transfer-Encoding', 'chunked']] as const;
      const body = '3\r\nabc\r\n0\r\nX-Trailer: t\r\n\r\n';
      await driver.exchange({ method: 'POST', headers, body });
      const { data } = await driver.event('trailers');
      driver.assert.equal('X-Trailer before and after', data, [0, 0]);
    },
  },
  seenCheck({
    id: 'RAW-ABSENT.not-made-up',
    title: 'The list is absent, or the one that was sent',
    everywhere: true,
    request: { headers: HEADERS },
    look: (environ) => {
      if (!('tsgi.raw_headers' in environ)) return true;
      const sent = new Set(HEADERS.map(([name, value]) => `${name}: ${value}`));
      return chosen(environ).every((pair) => sent.has(pair.join(': ')));
    },
    expect: true,
  }),
  {
    id: 'RAW-SNAPSHOT.changed',
    requires: ['keepAlive'],
    title: 'A change of the list changes neither this response nor the next request',
    app: (probe) => {
      return (environ, startResponse) => {
        const raw = environ['tsgi.raw_headers'] as unknown as [string, string][];
        probe.record('marks', raw.filter(([name]) => name === 'X-Mark').length);
        try {
          for (const pair of raw) pair[1] = 'close';
          raw.push(['X-Mark', '1'], ['Connection', 'close']);
        } catch {
          // A list that cannot be changed does as well.
        }
        return answering(probe)(environ, startResponse);
      };
    },
    run: async (driver) => {
      const connection = await driver.begin();
      const first = await connection.response();
      const options = fieldOf(first, 'connection').join(',').toLowerCase();
      driver.assert.equal('the response closes', options.includes('close'), false);
      await connection.send(driver.request());
      await connection.response();
      const { data } = await driver.event('marks', 2);
      driver.assert.equal('marks in the next list', data, 0);
    },
  },
];
