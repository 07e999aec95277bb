import type { ServerCheck } from '../../check.ts';
import { toBytes } from '../../wire/byte-string.ts';
import { illegal, thrownBy, trackedBody } from './applications.ts';
import { assertOwn500, assertResponse, fieldOf } from './tables.ts';

/** When the response is committed, and what startResponse does from then on. */
export const commitChecks: readonly ServerCheck[] = [
  {
    id: 'SR-LAZY.generator',
    title: 'A generator that calls startResponse before its first chunk is an application',
    app: (probe) =>
      function* application(_environ, startResponse) {
        startResponse('200 OK', [probe.tag]);
        yield toBytes('ok');
      },
    run: async (driver) => assertResponse(driver, await driver.exchange(), {}),
  },
  {
    id: 'SR-LAZY.after-empty-chunks',
    title: 'startResponse may follow empty chunks',
    app: (probe) =>
      function* application(_environ, startResponse) {
        yield toBytes('');
        yield toBytes('');
        startResponse('200 OK', [probe.tag]);
        yield toBytes('ok');
      },
    run: async (driver) => assertResponse(driver, await driver.exchange(), {}),
  },
  {
    id: 'SR-LAZY.no-chunk',
    title: 'A generator that calls startResponse and yields nothing is answered as it says',
    app: (probe) =>
      // oxlint-disable-next-line require-yield
      function* application(_environ, startResponse) {
        startResponse('200 OK', [probe.tag]);
      },
    run: async (driver) => assertResponse(driver, await driver.exchange(), { body: '' }),
  },
  {
    id: 'SR-DEFER.replaced-late',
    title: 'Nothing is sent before the first non-empty chunk, so that an error can replace it',
    gates: ['looked'],
    app: (probe) =>
      function* application(_environ, startResponse) {
        startResponse('200 OK', [['X-First', '1']]);
        yield toBytes('');
        probe.hold('looked');
        startResponse('500 Replaced', [probe.tag], new Error('late'));
        yield toBytes('replaced');
      },
    run: async (driver) => {
      const connection = await driver.begin();
      await driver.event('hold looked');
      driver.assert.equal('octets before the commit', await connection.octetsSoFar(), 0);
      driver.release('looked');
      const response = await connection.response();
      driver.assert.equal('status code', response.statusCode, 500);
      driver.assert.equal('X-First', fieldOf(response, 'x-first'), []);
    },
  },
  {
    id: 'SR-EXC-RETHROW.same-value',
    title: 'After the commit, a call with an error throws that very value',
    app: (probe) =>
      function* application(_environ, startResponse) {
        startResponse('200 OK', [probe.tag]);
        yield toBytes('first');
        for (const error of [new Error('late'), 'text', null, 0]) {
          try {
            startResponse('500 Late', [], error);
            probe.record('rethrown', 'nothing thrown');
          } catch (thrown) {
            probe.record('rethrown', thrown === error ? 'the same value' : 'another value');
          }
        }
      },
    run: async (driver) => {
      await driver.exchange();
      await driver.event('rethrown', 4);
      const got = driver.events('rethrown').map(({ data }) => data);
      driver.assert.equal('thrown', [...new Set(got)], ['the same value']);
    },
  },
  {
    id: 'SR-EXC-RETHROW.invalid-arguments',
    title: 'The same where its arguments are invalid; the response goes on where it is caught',
    app: (probe) =>
      function* application(_environ, startResponse) {
        startResponse('200 OK', [probe.tag]);
        yield toBytes('first ');
        const error = new Error('late');
        try {
          startResponse(illegal('x'), illegal('y'), error);
          probe.record('rethrown', 'nothing thrown');
        } catch (thrown) {
          probe.record('rethrown', thrown === error ? 'the same value' : 'another value');
        }
        yield toBytes('second');
      },
    run: async (driver) => {
      const response = await driver.exchange();
      driver.assert.equal('thrown', (await driver.event('rethrown')).data, 'the same value');
      assertResponse(driver, response, { body: 'first second' });
    },
  },
  {
    id: 'SR-TWICE.after-commit',
    title: 'After the commit, a call without an error throws ERR_TSGI_ALREADY_STARTED',
    app: (probe) =>
      function* application(_environ, startResponse) {
        startResponse('200 OK', [probe.tag]);
        yield toBytes('first');
        probe.record(
          'second',
          thrownBy(() => startResponse('200 OK', [])),
        );
      },
    run: async (driver) => {
      await driver.exchange();
      const { data } = await driver.event('second');
      driver.assert.equal('code', (data as { code?: string }).code, 'ERR_TSGI_ALREADY_STARTED');
    },
  },
  {
    id: 'SR-ENDED.in-cleanup',
    title: 'In close() and in callbacks, startResponse throws ERR_TSGI_ENDED or the value supplied',
    app: (probe) => (environ, startResponse) => {
      const look = (place: string): void => {
        const supplied = new Error('supplied');
        let rethrown = 'nothing';
        try {
          startResponse('200 OK', [], supplied);
        } catch (error) {
          rethrown = error === supplied ? 'the value supplied' : 'another value';
        }
        const without = thrownBy(() => startResponse('200 OK', [])).code ?? 'nothing';
        probe.record('ended', [place, without, rethrown]);
      };
      environ['tsgi.on_finish'](() => look('callback'));
      startResponse('200 OK', [probe.tag]);
      return trackedBody(probe, { steps: ['ok'], onClose: () => look('close') });
    },
    run: async (driver) => {
      await driver.exchange();
      await driver.event('ended', 2);
      const got = driver
        .events('ended')
        .slice(0, 2)
        .map(({ data }) => data);
      const thrown = ['ERR_TSGI_ENDED', 'the value supplied'];
      driver.assert.equal('thrown', got, [
        ['close', ...thrown],
        ['callback', ...thrown],
      ]);
    },
  },
  ...(
    [
      ['array', () => [toBytes('a')]],
      ['empty-array', () => []],
      ['iterator', () => [toBytes('a')].values()],
      ['empty-iterator', () => [].values()],
      ['empty-chunk', () => [toBytes('')].values()],
    ] as const
  ).map(
    ([variant, body]): ServerCheck => ({
      id: `SR-MISSING.${variant}`,
      title: `A response that was never started is a 500 (${variant.replace('-', ' ')})`,
      app: () => body,
      run: async (driver) => assertOwn500(driver, await driver.exchange()),
    }),
  ),
];
