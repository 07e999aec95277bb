import { expectAnswer } from './exchange.ts';
import { measureLoad } from './load-scenarios.ts';
import { OWN_PEERS } from './peers.ts';
import { RawConnection } from './raw-connection.ts';
import type { Bench, Sample, Scenario } from './scenario.ts';
import type { ServerProcess } from './server-process.ts';

const ACTIVE = { connections: 63, probe: { path: '/' } };
const GET_LARGE = 'GET /large HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n';

async function measure(server: ServerProcess, bench: Bench): Promise<Sample> {
  const alone = await measureLoad(server, bench, ACTIVE);
  const stalled = await RawConnection.openStalled(server.port);
  await stalled.write(GET_LARGE);
  const beside = await measureLoad(server, bench, ACTIVE);
  const held = stalled.open;
  stalled.close();
  if (!held) {
    throw new Error('the server closed the connection that does not read');
  }
  const { cpu = Number.NaN, rate = Number.NaN } = alone.values;
  const { cpu: cpuBeside = Number.NaN, rate: rateBeside = Number.NaN } = beside.values;
  return {
    values: { rate, rateBeside, rateRatio: rateBeside / rate, cpuRatio: cpuBeside / cpu },
    failures: alone.failures + beside.failures,
  };
}

/** Whether a client that asks for 1 GiB and reads nothing slows the others. */
export const STALLED_SCENARIO: Scenario = {
  title: 'hello world on 63 connections, alone and beside one reader that has stalled',
  peers: ['node-http', ...OWN_PEERS],
  args: [],
  fresh: false,
  columns: [
    { heading: 'requests/s alone', figure: 'rate', digits: 0 },
    { heading: 'requests/s beside', figure: 'rateBeside', digits: 0 },
    { heading: 'rate beside ÷ alone', figure: 'rateRatio', digits: 2 },
    { heading: 'CPU beside ÷ alone', figure: 'cpuRatio', digits: 2 },
  ],
  check: (server) => expectAnswer(server.url, { path: '/' }, Buffer.from('Hello, world!\n')),
  measure,
};
