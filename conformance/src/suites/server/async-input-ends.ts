/** How the reading of `tsgi.async_input` ends: by the client, by the application, by the response. */
import type { CheckId, ServerCheck } from '../../check.ts';
import { fromBytes, toBytes } from '../../wire/byte-string.ts';
import type { RequestShape } from '../../wire/request-bytes.ts';
import { answering, describeThrown } from './applications.ts';
import { inputOf, recordRejections } from './async-input.ts';
import { pattern } from './pattern.ts';
import { assertResponse } from './tables.ts';

const TEN: RequestShape = { method: 'POST', headers: [['Content-Length', '10']] };
const CHUNKED: RequestShape = { method: 'POST', headers: [['Transfer-Encoding', 'chunked']] };

const cut: readonly (readonly [id: CheckId, title: string, request: RequestShape])[] = [
  ['ASYNC-INPUT-ABORT.half-closed', 'its length', { ...TEN, body: 'abcde' }],
  ['ASYNC-INPUT-ABORT.no-last-chunk', 'its last chunk', { ...CHUNKED, body: '5\r\nabcde\r\n' }],
];

/** What is read asynchronously, and what is not. */
export const asyncInputEndChecks: readonly ServerCheck[] = [
  ...cut.map(
    ([id, title, request]): ServerCheck => ({
      id,
      title: `A body whose client finishes before ${title} rejects every next()`,
      requires: id.endsWith('chunk') ? ['chunkedRequest'] : undefined,
      app: recordRejections,
      run: async (driver) => {
        const connection = await driver.begin(request);
        await driver.event('part');
        connection.halfClose();
        const code = 'ERR_TSGI_INPUT_ABORTED';
        const { data } = await driver.event('rejections');
        driver.assert.equal('codes of two calls of next()', data, [code, code]);
      },
    }),
  ),
  {
    id: 'ASYNC-INPUT-CHUNK.kept',
    title: 'Chunks that the application keeps stay as they were',
    app: (probe) => async (environ, startResponse) => {
      const parts: Uint8Array[] = [];
      for await (const part of inputOf(environ)) parts.push(part);
      probe.record('unchanged', parts.map(fromBytes).join('') === pattern(300_000));
      return answering(probe)(environ, startResponse);
    },
    run: async (driver) => {
      await driver.exchange({ method: 'POST', body: pattern(300_000) });
      driver.assert.equal('body is unchanged', (await driver.event('unchanged')).data, true);
    },
  },
  {
    id: 'ASYNC-INPUT-END.returned',
    title: 'After return() the iteration is over for the application',
    app: (probe) => async (environ, startResponse) => {
      const iterator = inputOf(environ)[Symbol.asyncIterator]();
      await iterator.next();
      await iterator.return?.();
      const { done } = await iterator.next();
      probe.record('done', done);
      return answering(probe)(environ, startResponse);
    },
    run: async (driver) => {
      await driver.begin({ method: 'POST', body: pattern(300_000) });
      driver.assert.equal('done', (await driver.event('done')).data, true);
    },
  },
  {
    id: 'ASYNC-INPUT-DUPLEX.broken-off',
    title: 'An application that breaks off its reading can still answer',
    app: (probe) => async (environ, startResponse) => {
      for await (const part of inputOf(environ)) if (part.length > 0) break;
      return answering(probe)(environ, startResponse);
    },
    run: async (driver) => {
      const connection = await driver.begin({ ...TEN, body: 'abcde' });
      assertResponse(driver, await connection.response('POST'), {});
    },
  },
  {
    id: 'ASYNC-INPUT-ENDED.later-next',
    title: 'A next() that is called after the response has ended is rejected',
    app: (probe) => (environ, startResponse) => {
      const iterator = inputOf(environ)[Symbol.asyncIterator]();
      environ['tsgi.on_finish'](async () => {
        const code = await iterator.next().then(
          () => 'none',
          (error: unknown) => describeThrown(error).code,
        );
        probe.record('next', code);
      });
      return answering(probe)(environ, startResponse);
    },
    run: async (driver) => {
      await driver.begin(TEN);
      const { data } = await driver.event('next');
      driver.assert.equal('code of the rejection', data, 'ERR_TSGI_INPUT_ABORTED');
    },
  },
  {
    id: 'INP-CONTINUE.async',
    title: 'A client that waits for 100 gets it when an application waits for the body',
    requires: ['async'],
    settings: { profile: 'async' },
    app: (probe) => async (environ, startResponse) => {
      let text = '';
      for await (const part of inputOf(environ)) text += fromBytes(part);
      probe.record('read', text);
      return answering(probe)(environ, startResponse);
    },
    run: async (driver) => {
      const headers = [
        ['Expect', '100-continue'],
        ['Content-Length', '5'],
      ] as const;
      const connection = await driver.begin({ method: 'POST', headers });
      await connection.interim(1);
      await connection.send(toBytes('abcde'));
      driver.assert.equal('body read', (await driver.event('read')).data, 'abcde');
    },
  },
];
