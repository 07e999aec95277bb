import { expectAnswer } from './exchange.ts';
import { measureLoad } from './load-scenarios.ts';
import { OWN_PEERS } from './peers.ts';
import { RawConnection } from './raw-connection.ts';
import type { Bench, Sample, Scenario } from './scenario.ts';
import type { ServerProcess } from './server-process.ts';

const ACTIVE = { connections: 63, probe: { path: '/' } };
const GET_LARGE = 'GET /large HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n';

// Alone before and alone after: a machine that becomes slower or faster meanwhile falls out.
async function measure(server: ServerProcess, bench: Bench): Promise<Sample> {
  const before = await measureLoad(server, bench, ACTIVE);
  const stalled = await RawConnection.openStalled(server.port);
  await stalled.write(GET_LARGE);
  const beside = await measureLoad(server, bench, ACTIVE);
  const held = stalled.open;
  stalled.close();
  if (!held) {
    throw new Error('the server closed the connection that does not read');
  }
  const after = await measureLoad(server, bench, ACTIVE);
  const alone = { cpu: meanOf('cpu', before, after), rate: meanOf('rate', before, after) };
  return {
    values: {
      rate: alone.rate,
      rateBeside: meanOf('rate', beside),
      rateRatio: meanOf('rate', beside) / alone.rate,
      cpuRatio: meanOf('cpu', beside) / alone.cpu,
    },
    failures: before.failures + beside.failures + after.failures,
  };
}

function meanOf(figure: string, ...samples: readonly Sample[]): number {
  const sum = samples.reduce((total, { values }) => total + (values[figure] ?? Number.NaN), 0);
  return sum / samples.length;
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
