import { setTimeout as delay } from 'node:timers/promises';
import { expectAnswer, measureResponse, type Probe } from './exchange.ts';
import { measureLoad } from './load-scenarios.ts';
import { OWN_PEERS, type PeerName } from './peers.ts';
import { RawConnection } from './raw-connection.ts';
import { type Bench, type Column, cpuMicrosOf, GET_HELLO, type Scenario } from './scenario.ts';
import type { ServerProcess } from './server-process.ts';

const KIB = 1024;
const HELLO = Buffer.from('Hello, world!\n');
const PEERS: readonly PeerName[] = ['node-http', ...OWN_PEERS];

/** A cost measured at several sizes, each twice the one before. */
interface Curve {
  readonly title: string;
  readonly peers?: readonly PeerName[];
  readonly unit: string;
  readonly sizes: readonly number[];
  /** CPU microseconds for one piece of work of a size. */
  readonly cost: (server: ServerProcess, bench: Bench, size: number) => Promise<number>;
}

function createCurve(curve: Curve): Scenario {
  const columns = curve.sizes.map(
    (size): Column => ({ heading: `${size} ${curve.unit}`, figure: String(size), digits: 1 }),
  );
  return {
    title: curve.title,
    peers: curve.peers ?? PEERS,
    args: ['--large-heads'],
    fresh: false,
    columns: [...columns, { heading: 'last doubling', figure: 'doubling', digits: 2 }],
    check: (server) => expectAnswer(server.url, { path: '/' }, HELLO),
    measure: async (server, bench) => {
      const costs: number[] = [];
      for (const size of curve.sizes) {
        costs.push(await curve.cost(server, bench, size));
      }
      const values = Object.fromEntries(curve.sizes.map((size, at) => [size, costs[at] ?? 0]));
      return { values: { ...values, doubling: growthOf(costs) }, failures: 0 };
    },
  };
}

/** By what the last doubling of the size multiplied the cost: 2 is linear, 4 quadratic. */
export function growthOf(costs: readonly number[]): number {
  const [before = Number.NaN, last = Number.NaN] = costs.slice(-2);
  return last / before;
}

async function costOfLoad(server: ServerProcess, bench: Bench, probe: Probe): Promise<number> {
  const sample = await measureLoad(server, bench, { connections: 64, probe });
  if (sample.failures > 0) {
    throw new Error(`${sample.failures} requests failed`);
  }
  return sample.values['cpu'] ?? Number.NaN;
}

/** Requests with more and more headers. */
export const HEADERS_SCENARIO: Scenario = createCurve({
  title: 'CPU µs for a request with many headers, 64 connections',
  unit: 'headers',
  sizes: [25, 50, 100],
  cost: (server, bench, size) => {
    const headers = Array.from(
      { length: size },
      (_, index) => [`X-Header-${index}`, `value of header number ${index}`] as const,
    );
    return costOfLoad(server, bench, { path: '/', headers });
  },
});

/** A path of this many octets, a multiple of 32, with escapes and dot segments. */
export function longPath(octets: number): string {
  return '/abcdefghijklmnop/%61b%2f/../i;j'.repeat(octets / 32);
}

/** Requests with longer and longer paths. */
export const PATH_SCENARIO: Scenario = createCurve({
  title: 'CPU µs for a request with a long path of escapes and dot segments, 64 connections',
  unit: 'octets',
  sizes: [2 * KIB, 4 * KIB, 8 * KIB, 16 * KIB],
  cost: (server, bench, size) => costOfLoad(server, bench, { path: longPath(size) }),
});

/** How many octets of bursts are sent for one point. */
const BURST_TOTAL = 4 * KIB * KIB;

async function costOfBurst(server: ServerProcess, bench: Bench, size: number): Promise<number> {
  const requests = Math.floor(size / GET_HELLO.length);
  const burst = Buffer.from(GET_HELLO.repeat(requests));
  const length = await measureResponse(server.port, GET_HELLO);
  const connection = await RawConnection.open(server.port);
  const times = BURST_TOTAL / size;
  const micros = await cpuMicrosOf(server, bench, async () => {
    for (let time = 0; time < times; time += 1) {
      await connection.write(burst);
      await connection.receive(requests * length);
    }
  });
  connection.close();
  return micros / times;
}

/**
 * Many requests in one write, on one connection. The node-http transport takes no part: it closes a
 * connection on which a thousand requests wait.
 */
export const BURST_SCENARIO: Scenario = createCurve({
  title: 'CPU µs for a burst of pipelined requests, 1 connection',
  peers: ['node-http', 'tsgi-net'],
  unit: 'KiB',
  sizes: [128, 256, 512, 1024],
  cost: (server, bench, size) => costOfBurst(server, bench, size * KIB),
});

const TRICKLES = 64;
const OCTET = Buffer.from('x');

// One octet for each connection every millisecond: the server has read it before the next comes.
async function costOfTrickle(server: ServerProcess, bench: Bench, size: number): Promise<number> {
  const head = `POST /echo HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${size}\r\n\r\n`;
  const length = await measureResponse(server.port, head + 'x'.repeat(size));
  const connections = await Promise.all(
    Array.from({ length: TRICKLES }, () => RawConnection.open(server.port)),
  );
  const sendAll = (octets: string | Uint8Array): Promise<void[]> =>
    Promise.all(connections.map((connection) => connection.write(octets)));
  const micros = await cpuMicrosOf(server, bench, async () => {
    await sendAll(head);
    for (let sent = 0; sent < size; sent += 1) {
      await sendAll(OCTET);
      await delay(1);
    }
    await Promise.all(connections.map((connection) => connection.receive(length)));
  });
  for (const connection of connections) {
    connection.close();
  }
  return micros / TRICKLES;
}

/** Bodies that arrive one octet at a time. */
export const TRICKLE_SCENARIO: Scenario = createCurve({
  title: 'CPU µs for a body that arrives one octet at a time, 64 connections',
  unit: 'octets',
  sizes: [512, 1024, 2048],
  cost: costOfTrickle,
});
