import type { ServerCheck } from '../../check.ts';
import { readEndpoint } from '../../wire/endpoint.ts';
import type { Endpoint } from '../../wire/raw-connection.ts';
import type { Driver } from '../../engine/driver.ts';
import { NoListener } from '../../engine/failures.ts';
import { answering } from './applications.ts';
import { assertResponse, fieldOf } from './tables.ts';

/** How often somebody who ends connections without an answer is asked. */
const QUESTIONS = 5;

/**
 * Whether the server still listens. The port may belong to another process by now: what answers with
 * another nonce is not ours.
 */
export async function findListener(
  driver: Driver,
  endpoint: Endpoint,
  nonce: readonly string[],
): Promise<'accepted' | 'refused'> {
  for (let question = 1; question <= QUESTIONS; question += 1) {
    const connection = await driver.connect(endpoint).catch(orRefused);
    if (connection === 'refused') return connection;
    await connection.send(driver.request());
    const response = await connection.responseOrEnd();
    if (response !== undefined) {
      return fieldOf(response, 'tsgi-nonce')[0] === nonce[0] ? 'accepted' : 'refused';
    }
  }
  return 'accepted';
}

function orRefused(error: unknown): 'refused' {
  if (error instanceof NoListener) return 'refused';
  throw error;
}

/** What the kit relies on in an adapter. */
export const adapterChecks: readonly ServerCheck[] = [
  {
    id: 'ADP-URL.shape',
    title: 'The URL is http://HOST:PORT and connections to it are accepted',
    app: (probe) => answering(probe),
    run: async (driver) => {
      assertResponse(driver, await driver.exchange(), {});
    },
  },
  {
    id: 'ADP-CLOSE.refuses',
    title: 'After close() has settled, connections are refused',
    app: (probe) => answering(probe),
    run: async (driver) => {
      const first = await driver.exchange();
      assertResponse(driver, first, {});
      const { endpoint } = driver;
      await driver.settle();
      const state = await findListener(driver, endpoint, fieldOf(first, 'tsgi-nonce'));
      driver.assert.equal('a connection after close()', state, 'refused');
    },
  },
  {
    id: 'ADP-PORT.in-use',
    title: 'start() rejects for a port in use',
    app: (probe) => answering(probe),
    run: async (driver) => {
      const { port } = driver.endpoint;
      const second = await driver.startAnother({}, port).then(
        () => 'settled',
        () => 'rejected',
      );
      driver.assert.equal('start() on a port in use', second, 'rejected');
    },
  },
  {
    id: 'ADP-PARALLEL.two',
    title: 'Two servers run side by side, and closing one leaves the other',
    app: (probe) => answering(probe),
    run: async (driver) => {
      const second = await driver.startAnother({}, 0);
      const connection = await driver.connect(readEndpoint(second.url));
      await connection.send(driver.request());
      assertResponse(driver, await connection.response(), {});
      await connection.dispose();
      await driver.stop(second);
      assertResponse(driver, await driver.exchange(), {});
    },
  },
];
