import type { LoadGenerator } from './load-generator.ts';
import type { PeerName } from './peers.ts';
import { readCpuTicks } from './process-stat.ts';
import type { ServerProcess } from './server-process.ts';

/** What one round gives for one server. */
export interface Sample {
  /** By the name of the figure. */
  readonly values: Readonly<Record<string, number>>;
  /** Requests that failed. */
  readonly failures: number;
}

/** A column of the table of a scenario. */
export interface Column {
  readonly heading: string;
  readonly figure: string;
  /** Shows the ratio to the figure of this server. */
  readonly per?: PeerName;
  readonly digits: number;
}

/** What measurements need of the run. */
export interface Bench {
  readonly generator: LoadGenerator;
  /** How long one load lasts. */
  readonly seconds: number;
  /** Clock ticks in a second of CPU time. */
  readonly tickRate: number;
}

/** Something to measure on several servers. */
export interface Scenario {
  readonly title: string;
  /** The servers that can take part. */
  readonly peers: readonly PeerName[];
  /** Arguments for the servers of this package. */
  readonly args: readonly string[];
  /** True where each measurement needs a process of its own, and none to warm up. */
  readonly fresh: boolean;
  readonly columns: readonly Column[];
  /** Rejects where the server does not answer as the scenario expects. */
  readonly check: (server: ServerProcess) => Promise<void>;
  readonly measure: (server: ServerProcess, bench: Bench) => Promise<Sample>;
}

/** The head of a request without a body, for the clients of this package. */
export const GET_HELLO = 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n';

/** Does something and gives the CPU time in microseconds that the server used meanwhile. */
export async function cpuMicrosOf(
  server: ServerProcess,
  bench: Bench,
  work: () => Promise<void>,
): Promise<number> {
  const before = readCpuTicks(server.pid);
  await work();
  return ((readCpuTicks(server.pid) - before) * 1e6) / bench.tickRate;
}
