import type { HeaderList, StatusLine } from '@tsgi/types';
import type { ServerCheck } from '../../check.ts';
import { toBytes } from '../../wire/byte-string.ts';
import { illegal, streaming, thrownBy } from './applications.ts';
import { assertOwn500, assertResponse, fieldOf } from './tables.ts';

/** What is stored before the commit, and what of it is sent. */
export const startResponseChecks: readonly ServerCheck[] = [
  {
    id: 'SR-TWICE.before-commit',
    title: 'A second call without an error throws and changes nothing',
    app: (probe) => (_environ, startResponse) => {
      startResponse('200 OK', [probe.tag, ['X-First', '1']]);
      probe.record(
        'second',
        thrownBy(() => startResponse('404 Not Found', [['X-Second', '2']])),
      );
      return [toBytes('ok')];
    },
    run: async (driver) => {
      const response = await driver.exchange();
      const { data } = await driver.event('second');
      driver.assert.equal('code', (data as { code?: string }).code, 'ERR_TSGI_ALREADY_STARTED');
      assertResponse(driver, response, {});
      driver.assert.equal('X-First', fieldOf(response, 'x-first'), ['1']);
      driver.assert.equal('X-Second', fieldOf(response, 'x-second'), []);
    },
  },
  {
    id: 'SR-TWICE.invalid-arguments',
    title: 'The same where its arguments are invalid: they are not looked at',
    app: (probe) => (_environ, startResponse) => {
      startResponse('200 OK', [probe.tag]);
      probe.record(
        'second',
        thrownBy(() => startResponse(illegal('x'), illegal('y'))),
      );
      return [toBytes('ok')];
    },
    run: async (driver) => {
      const response = await driver.exchange();
      const { data } = await driver.event('second');
      driver.assert.equal('code', (data as { code?: string }).code, 'ERR_TSGI_ALREADY_STARTED');
      assertResponse(driver, response, {});
    },
  },
  {
    id: 'SR-EXC-REPLACE.length',
    title: 'Nor does the length of the response that was replaced limit the new one',
    app: (probe) => (_environ, startResponse) => {
      startResponse('200 OK', [['Content-Length', '1']]);
      startResponse('200 OK', [probe.tag], new Error('replaced'));
      return [toBytes('abc'), toBytes('de')].values();
    },
    run: async (driver) => {
      assertResponse(driver, await driver.exchange(), { body: 'abcde' });
    },
  },
  {
    id: 'SR-EXC-REPLACE.whole',
    title: 'A call with an error replaces status and headers as a whole',
    app: (probe) => (_environ, startResponse) => {
      startResponse('200 OK', [
        ['X-First', '1'],
        ['Content-Length', '99'],
      ]);
      startResponse('503 Busy', [probe.tag, ['X-Second', '2']], new Error('busy'));
      return [toBytes('ok')];
    },
    run: async (driver) => {
      const response = await driver.exchange();
      driver.assert.equal('status code', response.statusCode, 503);
      driver.assert.equal('X-First', fieldOf(response, 'x-first'), []);
      driver.assert.equal('X-Second', fieldOf(response, 'x-second'), ['2']);
    },
  },
  {
    id: 'SR-EXC-INVALID.nothing-stored',
    title: 'A replacement that fails its validation leaves nothing stored',
    app: () => (_environ, startResponse) => {
      startResponse('200 OK', [['X-First', '1']]);
      thrownBy(() => startResponse(illegal('x'), [], new Error('replace')));
      return [toBytes('ok')];
    },
    run: async (driver) => {
      const response = await driver.exchange();
      assertOwn500(driver, response);
      driver.assert.equal('X-First', fieldOf(response, 'x-first'), []);
    },
  },
  {
    id: 'SR-COPY.changed-later',
    title: 'What happens to the list after the call has no effect',
    app: (probe) => (_environ, startResponse) => {
      const pair: [string, string] = ['X-Kit', 'before'];
      const list: (readonly [string, string])[] = [probe.tag, pair];
      startResponse('200 OK', list);
      pair[1] = 'after';
      list.push(['X-Later', 'a']);
      list.shift();
      return [toBytes('ok')];
    },
    run: async (driver) => {
      const response = await driver.exchange();
      driver.assert.equal('X-Kit', fieldOf(response, 'x-kit'), ['before']);
      driver.assert.equal('X-Later', fieldOf(response, 'x-later'), []);
      driver.assert.equal('fields with the nonce', fieldOf(response, 'tsgi-nonce').length, 1);
    },
  },
  {
    id: 'SR-LIST-INTACT.frozen',
    title: 'A frozen list of frozen pairs is taken',
    app: (probe) => (_environ, startResponse) => {
      const list = Object.freeze([probe.tag, Object.freeze(['X-Kit', 'a'] as const)]);
      startResponse('200 OK', list);
      return [toBytes('ok')];
    },
    run: async (driver) => {
      const response = await driver.exchange();
      assertResponse(driver, response, {});
      driver.assert.equal('X-Kit', fieldOf(response, 'x-kit'), ['a']);
    },
  },
  {
    id: 'SR-LIST-INTACT.unchanged',
    title: 'The list is unchanged when the body is closed',
    app: (probe) => (_environ, startResponse) => {
      const list: HeaderList = [probe.tag, ['X-Kit', 'a']];
      startResponse('200 OK', list);
      const chunks = [toBytes('ok')];
      const close = (): void => probe.record('list', list.slice(1).flat());
      return Object.assign(chunks, { close });
    },
    run: async (driver) => {
      await driver.exchange();
      driver.assert.equal('list', (await driver.event('list')).data, ['X-Kit', 'a']);
    },
  },
  ...(['418 A Teapot', '299 X', '599 Last', '404 Not Found'] as readonly StatusLine[]).map(
    (status): ServerCheck => ({
      id: `SR-WIRE.status-${status.slice(0, 3)}`,
      title: `${status} is sent with its code`,
      app: (probe) => streaming(probe, { status }),
      run: async (driver) => {
        const response = await driver.exchange();
        driver.assert.equal('status code', response.statusCode, Number(status.slice(0, 3)));
      },
    }),
  ),
  ...(
    [
      ['own', '200 All  is \xfcber-fine'],
      ['empty', '404 '],
    ] as const
  ).map(
    ([variant, status]): ServerCheck => ({
      id: `SR-REASON.${variant}`,
      title: `The reason phrase is sent as given (${variant})`,
      app: (probe) => streaming(probe, { status }),
      run: async (driver) => {
        driver.assert.equal('status', (await driver.exchange()).status, status);
      },
    }),
  ),
];
