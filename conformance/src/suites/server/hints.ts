import type { Application, Environ, HeaderList } from '@tsgi/types';
import type { ServerCheck } from '../../check.ts';
import { toBytes } from '../../wire/byte-string.ts';
import type { WireResponse } from '../../wire/response-reader.ts';
import { answering, illegal, thrownBy, trackedBody } from './applications.ts';
import { dataOf, seenCheck } from './seen.ts';
import { assertOwn500, assertResponse, fieldOf } from './tables.ts';

const LINK: HeaderList = [['Link', '</style.css>; rel=preload']];

function hint(environ: Environ, list: HeaderList): void {
  (environ['tsgi.early_hints'] ?? illegal(undefined))(list);
}

/** Interim responses as status and fields. */
function hintsOf(response: WireResponse): readonly unknown[] {
  return response.interim.map(({ statusCode, fields }) => [statusCode, ...fields]);
}

/** Lists that startResponse refuses, and one field that only hints may not have. */
const BAD: readonly (readonly [list: unknown, code: string])[] = [
  [{}, 'ERR_TSGI_HEADERS'],
  [[['Link']], 'ERR_TSGI_HEADERS'],
  [[['bad name', 'a']], 'ERR_TSGI_HEADER_NAME'],
  [[['Status', 'a']], 'ERR_TSGI_HEADER_NAME'],
  [[['Link', 'a\r\nX-Evil: 1']], 'ERR_TSGI_HEADER_VALUE'],
  [[['Link', ' a']], 'ERR_TSGI_HEADER_VALUE'],
  [[['Connection', 'close']], 'ERR_TSGI_HEADER_HOP'],
  [[['Link', 1]], 'ERR_TSGI_HEADERS'],
  [[['Link', 'a', 'b']], 'ERR_TSGI_HEADERS'],
  [[['', 'a']], 'ERR_TSGI_HEADER_NAME'],
  [[['Link', 'a\nX-Evil: 1']], 'ERR_TSGI_HEADER_VALUE'],
  [[['Link', 'a\0']], 'ERR_TSGI_HEADER_VALUE'],
  [[['Link', '\u20ac']], 'ERR_TSGI_HEADER_VALUE'],
  [[...LINK, ['Link', 'a\rb']], 'ERR_TSGI_HEADER_VALUE'],
  [[...LINK, ['transfer-encoding', 'chunked']], 'ERR_TSGI_HEADER_HOP'],
];

/** Hints, and then starts the response. */
function hinting(lists: readonly HeaderList[]): (environ: Environ) => void {
  return (environ) => {
    for (const list of lists) hint(environ, list);
  };
}

function afterHints(
  probe: Parameters<ServerCheck['app']>[0],
  lists: readonly HeaderList[],
): Application {
  return (environ, startResponse) => {
    hinting(lists)(environ);
    return answering(probe)(environ, startResponse);
  };
}

/** `tsgi.early_hints`. */
export const hintChecks: readonly ServerCheck[] = [
  {
    id: 'HINTS-SEND.one',
    title: 'A hint is sent as 103 with its fields before the response',
    app: (probe) => afterHints(probe, [LINK]),
    run: async (driver) => {
      const response = await driver.exchange();
      driver.assert.equal('interim responses', hintsOf(response), [[103, ...LINK]]);
      assertResponse(driver, response, {});
    },
  },
  {
    id: 'HINTS-NOW.blocked',
    title: 'A hint reaches the client while the application blocks the thread',
    gates: ['seen'],
    app: (probe) => (environ, startResponse) => {
      hint(environ, LINK);
      probe.hold('seen');
      return answering(probe)(environ, startResponse);
    },
    run: async (driver) => {
      const connection = await driver.begin();
      await connection.interim(1);
      await driver.event('hold seen');
      driver.release('seen');
      const response = await connection.response();
      driver.assert.equal('interim responses', hintsOf(response), [[103, ...LINK]]);
    },
  },
  seenCheck({
    id: 'HINTS-HTTP10.absent',
    title: 'An HTTP/1.0 request has no tsgi.early_hints',
    requires: ['http10'],
    request: { version: 'HTTP/1.0' },
    look: (environ) => 'tsgi.early_hints' in environ,
    expect: false,
  }),
  {
    id: 'HINTS-CHECK.lists',
    title: 'What startResponse refuses is refused with the same code, and nothing is sent',
    app: (probe) => (environ, startResponse) => {
      const codes = BAD.map(([list]) => thrownBy(() => hint(environ, illegal(list))).code);
      probe.record('codes', codes);
      return answering(probe)(environ, startResponse);
    },
    run: async (driver) => {
      const response = await driver.exchange();
      const { data } = await driver.event('codes');
      driver.assert.equal(
        'codes',
        data,
        BAD.map(([, code]) => code),
      );
      driver.assert.equal('interim responses', hintsOf(response), []);
    },
  },
  {
    id: 'HINTS-CHECK.after-commit',
    title: 'A list is checked after the commit as well',
    app: (probe) => (environ, startResponse) => {
      startResponse('200 OK', [probe.tag]);
      const late = (): string => {
        const list: HeaderList = [['Link', 'a\r\nX-Evil: 1']];
        probe.record('code', thrownBy(() => hint(environ, list)).code);
        return 'k';
      };
      return trackedBody(probe, { steps: ['o', late] });
    },
    run: async (driver) => {
      await driver.exchange();
      driver.assert.equal('code', (await driver.event('code')).data, 'ERR_TSGI_HEADER_VALUE');
    },
  },
  {
    id: 'HINTS-SEND.octets',
    title: 'The value of a hint is sent octet by octet',
    app: (probe) => afterHints(probe, [[['X-Kit', 'caf\xe9 \xff']]]),
    run: async (driver) => {
      const [got] = (await driver.exchange()).interim;
      const fields = got?.fields.filter(([name]) => name === 'X-Kit');
      driver.assert.equal('fields of the hint', fields, [['X-Kit', 'caf\xe9 \xff']]);
    },
  },
  {
    id: 'HINTS-FRAMING.content-length',
    title: 'Content-Length is refused with ERR_TSGI_HEADER_NAME in any case',
    app: (probe) => (environ, startResponse) => {
      const codes = ['Content-Length', 'content-length'].map(
        (name) => thrownBy(() => hint(environ, [...LINK, [name, '2']])).code,
      );
      probe.record('codes', codes);
      return answering(probe)(environ, startResponse);
    },
    run: async (driver) => {
      await driver.exchange();
      const expected = ['ERR_TSGI_HEADER_NAME', 'ERR_TSGI_HEADER_NAME'];
      driver.assert.equal('codes', (await driver.event('codes')).data, expected);
    },
  },
  {
    id: 'HINTS-ORDER.three',
    title: 'Each call has an interim response of its own, in order, with its fields in order',
    app: (probe) =>
      afterHints(probe, [
        [
          ['Link', 'a'],
          ['X-Kit', '1'],
          ['Link', 'b'],
        ],
        [['Link', 'c']],
        [['X-Kit', '2']],
      ]),
    run: async (driver) => {
      driver.assert.equal('interim responses', hintsOf(await driver.exchange()), [
        [103, ['Link', 'a'], ['X-Kit', '1'], ['Link', 'b']],
        [103, ['Link', 'c']],
        [103, ['X-Kit', '2']],
      ]);
    },
  },
  {
    id: 'HINTS-EMPTY.list',
    title: 'An empty list sends nothing',
    app: (probe) => afterHints(probe, [[]]),
    run: async (driver) => {
      const response = await driver.exchange();
      driver.assert.equal('interim responses', hintsOf(response), []);
      assertResponse(driver, response, {});
    },
  },
  {
    id: 'HINTS-LATE.after-commit',
    title: 'A hint after the commit or the end is dropped, and the response is intact',
    app: (probe) => (environ, startResponse) => {
      const late = (place: string): void => {
        probe.record('late', [place, thrownBy(() => hint(environ, LINK)).kind]);
      };
      environ['tsgi.on_finish'](() => late('callback'));
      startResponse('200 OK', [probe.tag]);
      const step = (): string => {
        late('next');
        return 'k';
      };
      return trackedBody(probe, { steps: ['o', step] });
    },
    run: async (driver) => {
      const connection = await driver.begin();
      const response = await connection.response();
      assertResponse(driver, response, {});
      driver.assert.equal('interim responses', hintsOf(response), []);
      await driver.event('late', 2);
      await driver.ping();
      await connection.octetsSoFar();
      driver.assert.equal('octets after the response', connection.unread, 0);
      const got = dataOf(driver, 'late').slice(0, 2);
      driver.assert.equal('thrown', got, [
        ['next', 'none'],
        ['callback', 'none'],
      ]);
    },
  },
  {
    id: 'HINTS-LATE.own-answer',
    title: "A hint after the server's own 500 is dropped",
    app: () => (environ) => {
      environ['tsgi.on_finish'](() => hint(environ, LINK));
      throw new Error('broken on purpose');
    },
    run: async (driver) => {
      const connection = await driver.begin();
      await connection.response();
      await driver.ping();
      await connection.octetsSoFar();
      driver.assert.equal('octets after the response', connection.unread, 0);
    },
  },
  {
    id: 'HINTS-STATE.then-fault',
    title: 'A fault after a hint is a 500',
    app: () => (environ) => {
      hint(environ, LINK);
      throw new Error('broken on purpose');
    },
    run: async (driver) => assertOwn500(driver, await driver.exchange()),
  },
  {
    id: 'HINTS-STATE.between-calls',
    title: 'Hints before and after startResponse leave it as it was',
    app: (probe) => (environ, startResponse) => {
      hint(environ, LINK);
      startResponse('404 Not Found', [probe.tag]);
      hint(environ, LINK);
      startResponse('201 Replaced', [probe.tag], new Error('replaced'));
      return [toBytes('ok')];
    },
    run: async (driver) => {
      assertResponse(driver, await driver.exchange(), { status: '201 Replaced' });
    },
  },
  {
    id: 'HINTS-FINAL.not-merged',
    title: 'A field of a hint is not added to the response',
    app: (probe) => afterHints(probe, [LINK]),
    run: async (driver) => {
      const response = await driver.exchange();
      driver.assert.equal('Link', fieldOf(response, 'link'), []);
    },
  },
  {
    id: 'HINTS-DROP.many',
    title: 'Of many hints some are discarded',
    app: (probe) =>
      afterHints(
        probe,
        Array.from({ length: 15 }, () => LINK),
      ),
    run: async (driver) => {
      const { length } = (await driver.exchange()).interim;
      driver.assert.equal('fewer than were given', length < 15, true);
    },
  },
];
