import type { ServerCheck } from '../../check.ts';
import { readEndpoint } from '../../wire/endpoint.ts';
import type { Driver } from '../../engine/driver.ts';
import type { RawConnection } from '../../wire/raw-connection.ts';
import { answering } from './applications.ts';
import { assertResponse, fieldOf } from './tables.ts';

/** The port may belong to another process by now: what answers with another nonce is not ours. */
export async function whoAnswers(
  driver: Driver,
  connection: RawConnection,
  nonce: readonly string[],
): Promise<string> {
  await connection.send(driver.request());
  const response = await connection.responseOrEnd();
  const isOther = response !== undefined && fieldOf(response, 'tsgi-nonce')[0] !== nonce[0];
  return isOther ? 'refused' : 'accepted';
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
      const state = await driver.connect(endpoint).then(
        (connection) => whoAnswers(driver, connection, fieldOf(first, 'tsgi-nonce')),
        () => 'refused',
      );
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
