import type { ServerCheck } from '../../check.ts';
import type { Driver } from '../../engine/driver.ts';
import { fromBytes, toBytes } from '../../wire/byte-string.ts';
import type { RawConnection } from '../../wire/raw-connection.ts';
import { answeringTracked, byPath, endless } from './applications.ts';
import { assertResponse } from './tables.ts';

/** 64 KiB chunks that make 64 MiB: more than any kernel buffers on a loopback connection. */
const CEILING = 1024;
/** Octets of a chunk that no kernel takes at once. */
const LARGE = 33_554_432;
/** Rounds without a pull after which the server is taken to be waiting. */
const QUIET_ROUNDS = 10;

/** Waits until the server has stopped pulling, or has pulled more than the ceiling. */
export async function untilStalled(driver: Driver): Promise<number> {
  let pulled = -1;
  for (let quiet = 0; quiet < QUIET_ROUNDS && pulled <= CEILING; quiet += 1) {
    await driver.ping();
    const now = driver.events('next').length;
    if (now !== pulled) quiet = -1;
    pulled = now;
  }
  return pulled;
}

/** A client that has sent its request and reads nothing. */
export async function stalledClient(driver: Driver, target = '/'): Promise<RawConnection> {
  const connection = await driver.connect();
  connection.pause();
  await connection.send(driver.request({ target }));
  await driver.event('next');
  return connection;
}

/** When chunks are sent, and when they are pulled. */
export const streamingChecks: readonly ServerCheck[] = [
  {
    id: 'BODY-NODELAY.blocked-next',
    title: 'Each chunk reaches the client while the following next() blocks the thread',
    gates: ['first', 'second', 'third'],
    app: (probe) =>
      function* application(_environ, startResponse) {
        startResponse('200 OK', [probe.tag]);
        for (const name of ['first', 'second', 'third']) {
          yield toBytes(`${name}-chunk`);
          probe.hold(name);
        }
      },
    run: async (driver) => {
      const connection = await driver.begin();
      for (const name of ['first', 'second', 'third']) {
        await connection.received(`${name}-chunk`);
        await driver.event(`hold ${name}`);
        driver.release(name);
      }
      const body = 'first-chunksecond-chunkthird-chunk';
      assertResponse(driver, await connection.response(), { body });
    },
  },
  {
    id: 'BODY-NODELAY.content-length',
    title: 'The same with a Content-Length',
    gates: ['first'],
    app: (probe) =>
      function* application(_environ, startResponse) {
        startResponse('200 OK', [probe.tag, ['Content-Length', '4']]);
        yield toBytes('ab');
        probe.hold('first');
        yield toBytes('cd');
      },
    run: async (driver) => {
      const connection = await driver.begin();
      await connection.received('ab');
      driver.release('first');
      assertResponse(driver, await connection.response(), { body: 'abcd' });
    },
  },
  {
    id: 'BODY-NODELAY.large-chunk',
    title: 'A chunk of 32 MiB is sent whole while the following next() blocks the thread',
    patience: 2,
    gates: ['large'],
    app: (probe) =>
      function* application(_environ, startResponse) {
        startResponse('200 OK', [probe.tag, ['Content-Length', String(LARGE + 1)]]);
        yield new Uint8Array(LARGE);
        probe.hold('large');
        yield toBytes('!');
      },
    run: async (driver) => {
      const connection = await driver.begin();
      await connection.receivedOctets(LARGE);
      driver.release('large');
      const response = await connection.response();
      driver.assert.equal('last octet', fromBytes(response.body.subarray(-1)), '!');
    },
  },
  {
    id: 'BODY-STREAM.endless',
    title: 'The beginning of an endless body reaches the client',
    app: (probe) => answeringTracked(probe, { steps: endlessUpTo(CEILING) }),
    run: async (driver) => {
      const connection = await driver.begin();
      await connection.receivedOctets(300_000);
      const pulled = driver.events('next').length;
      await connection.abort('rst');
      driver.assert.holds('chunks pulled before octets arrive', pulled < CEILING, {
        expected: `fewer than ${CEILING}`,
        got: String(pulled),
      });
    },
  },
  {
    id: 'BODY-PULL.unread',
    title: 'A client that does not read stops the pulling before 64 MiB',
    app: (probe) => answeringTracked(probe, { steps: endlessUpTo(CEILING + 8) }),
    run: async (driver) => {
      const connection = await stalledClient(driver);
      const pulled = await untilStalled(driver);
      driver.assert.holds('chunks of 64 KiB pulled', pulled <= CEILING, {
        expected: `at most ${CEILING}`,
        got: 'more',
      });
      await connection.abort('rst');
    },
  },
  {
    id: 'BODY-PULL.resumed',
    title: 'Nothing is lost when a client reads on after a stall',
    app: (probe) => answeringTracked(probe, { steps: endlessUpTo(100) }),
    run: async (driver) => {
      const connection = await stalledClient(driver);
      await untilStalled(driver);
      connection.resume();
      const response = await connection.response();
      driver.assert.equal('octets of content', response.body.length, 100 * 65_536);
      driver.assert.equal('response is complete', response.complete, true);
    },
  },
  {
    id: 'CONN-NOBLOCK.stalled-client',
    title: 'Another client is served while one does not read',
    app: (probe) =>
      byPath(
        {
          '/other': (_environ, startResponse) => {
            startResponse('200 OK', [probe.tag]);
            return [toBytes('ok')];
          },
        },
        answeringTracked(probe, { steps: endless() }),
      ),
    run: async (driver) => {
      const connection = await stalledClient(driver);
      assertResponse(driver, await driver.exchange({ target: '/other' }), {});
      await connection.abort('rst');
    },
  },
];

/** @yields as many chunks of 64 KiB */
function* endlessUpTo(count: number): Generator<string> {
  const chunk = 'x'.repeat(65_536);
  for (let index = 0; index < count; index += 1) yield chunk;
}
