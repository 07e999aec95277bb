import { describe, expect, test } from 'vitest';
import { expectAnswer } from '../src/exchange.ts';
import { findProgram } from '../src/locate-peer.ts';
import { PEERS, type PeerName } from '../src/peers.ts';
import { readAllowedCores } from '../src/process-stat.ts';
import { type Run, runScenario } from '../src/run.ts';
import type { Bench, Sample, Scenario } from '../src/scenario.ts';
import type { ServerProcess } from '../src/server-process.ts';

const HELLO = Buffer.from('Hello, world!\n');
const BENCH: Bench = {
  generator: {
    name: 'wrk',
    version: 'none',
    run: () => Promise.reject(new Error('no load in this test')),
  },
  seconds: 1,
  // a second of so few ticks that every server is warm at once
  tickRate: 1e-9,
};

function createRun(measure: (server: ServerProcess) => Promise<Sample>, fresh: boolean): Run {
  const scenario: Scenario = {
    title: 'a test',
    peers: ['raw', 'node-http'],
    args: [],
    fresh,
    columns: [],
    check: (server) => expectAnswer(server.url, { path: '/' }, HELLO),
    measure,
  };
  const names: readonly PeerName[] = ['raw', 'node-http', 'tsgi-net'];
  const commands = names.map((name) => [name, PEERS[name].locate()] as const);
  return {
    name: 'hello',
    scenario,
    peers: new Map(
      commands.flatMap(([name, found]) => ('missing' in found ? [] : [[name, found]])),
    ),
    bench: BENCH,
    rounds: 3,
    core: readAllowedCores()[0] ?? 0,
    log: () => {},
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const possible = process.platform === 'linux' && findProgram('taskset') !== undefined;

describe.runIf(possible)('runScenario', () => {
  test('warms up, then measures every server in each round, and ends them', async () => {
    const pids: number[] = [];
    const run = createRun(async (server) => {
      pids.push(server.pid);
      return { values: { turn: pids.length }, failures: 1 };
    }, false);
    const { result, skipped } = await runScenario(run);
    const [raw, http] = pids;
    expect(pids).toEqual([raw, http, raw, http, raw, http, raw, http]);
    expect(result.rows.map(({ peer, figures }) => [peer, figures['turn']?.rounds])).toEqual([
      ['raw', [3, 5, 7]],
      ['node-http', [4, 6, 8]],
    ]);
    expect(result.rows.map(({ failures }) => failures)).toEqual([3, 3]);
    expect(skipped).toEqual([]);
    expect(pids.some(isAlive)).toBe(false);
  });

  test('starts a process for each measurement that needs a fresh one', async () => {
    const pids = new Set<number>();
    const run = createRun(async (server) => {
      pids.add(server.pid);
      return { values: {}, failures: 0 };
    }, true);
    await runScenario(run);
    expect(pids.size).toBe(6);
    expect([...pids].some(isAlive)).toBe(false);
  });

  test('leaves out a server that fails and says why', async () => {
    const pids: number[] = [];
    const run = createRun(async (server) => {
      pids.push(server.pid);
      if (pids.length === 3) {
        throw new Error('no more');
      }
      return { values: { turn: pids.length }, failures: 0 };
    }, false);
    const { result, skipped } = await runScenario(run);
    expect(result.rows.map(({ peer }) => peer)).toEqual(['node-http']);
    expect(skipped).toEqual([{ scenario: 'hello', peer: 'raw', reason: 'no more' }]);
    expect(pids.some(isAlive)).toBe(false);
  });

  test('says what a server printed that did not start', async () => {
    const run = createRun(async () => ({ values: {}, failures: 0 }), true);
    const command = [
      process.execPath,
      '-e',
      'console.error("not today"); process.exit(3)',
    ] as const;
    const peers: Run['peers'] = new Map([['raw', { command, version: 'none' }]]);
    const { skipped } = await runScenario({ ...run, peers });
    expect(skipped[0]?.reason).toBe('ended with 3: not today');
  });
});
