import type { ServerCheck } from '../../check.ts';
import { readEndpoint } from '../../engine/driver.ts';
import { answering } from './applications.ts';
import { assertResponse } from './tables.ts';

/** What the kit relies on in an adapter. */
export const adapterChecks: readonly ServerCheck[] = [
  {
    id: 'ADP-URL.shape',
    title: 'The URL is http://HOST:PORT and connections to it are accepted',
    app: (probe) => answering(probe),
    run: async (driver) => {
      const { port } = readEndpoint(driver.url);
      driver.assert.holds('port', port > 0, { expected: 'above 0', got: String(port) });
      assertResponse(driver, await driver.exchange(), {});
    },
  },
  {
    id: 'ADP-CLOSE.refuses',
    title: 'After close() has settled, connections are refused',
    app: (probe) => answering(probe),
    run: async (driver) => {
      assertResponse(driver, await driver.exchange(), {});
      const { endpoint } = driver;
      await driver.settle();
      const connected = await driver.connect(endpoint).then(
        () => 'accepted',
        () => 'refused',
      );
      driver.assert.equal('a connection after close()', connected, 'refused');
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
