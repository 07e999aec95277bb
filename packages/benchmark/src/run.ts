import type { ServerCommand } from './locate-peer.ts';
import type { PeerName } from './peers.ts';
import { readCpuTicks } from './process-stat.ts';
import { addRatios, type Measured, type ScenarioResult, type Skip } from './report.ts';
import type { Bench, Sample, Scenario } from './scenario.ts';
import type { ScenarioName } from './scenarios.ts';
import { ServerProcess } from './server-process.ts';
import { figureOf } from './statistics.ts';

/** Nothing that is measured takes this long, in milliseconds. */
const MEASURE_LIMIT = 180_000;
/** Scenarios that begin a process for each measurement repeat no more often. */
const FRESH_ROUNDS = 3;
/** Seconds of CPU time that a server uses before its work counts. */
const WARM = 1.5;
const MOST_WARM_UPS = 8;
/** Servers that the figures of the others are compared with. */
const REFERENCES: readonly PeerName[] = ['raw', 'node-http', 'fastify'];

/** What a run of one scenario needs. */
export interface Run {
  readonly name: ScenarioName;
  readonly scenario: Scenario;
  readonly peers: ReadonlyMap<PeerName, ServerCommand>;
  readonly bench: Bench;
  readonly rounds: number;
  /** The core that servers run on. */
  readonly core: number;
  /** Told of progress, line by line. */
  readonly log: (line: string) => void;
}

/** One server of a scenario, with what it has given so far. */
interface Entrant {
  readonly peer: PeerName;
  readonly command: ServerCommand;
  readonly samples: Sample[];
  server: ServerProcess | undefined;
}

/** Measures one scenario in rounds: every server once, then every server again. */
export async function runScenario(
  run: Run,
): Promise<{ readonly result: ScenarioResult; readonly skipped: readonly Skip[] }> {
  const { name, scenario } = run;
  const skipped: Skip[] = [];
  let entrants: readonly Entrant[] = entrantsOf(run);
  const step = async (work: (entrant: Entrant) => Promise<void>): Promise<void> => {
    entrants = await filterSteady(entrants, work, (peer, reason) => {
      skipped.push({ scenario: name, peer, reason });
    });
  };
  if (!scenario.fresh) {
    run.log(`${name}: warming up`);
    await step(async (entrant) => {
      const server = await start(run, entrant);
      await scenario.check(server);
      await withLimit(warmUp(run, server));
    });
  }
  const rounds = scenario.fresh ? Math.min(run.rounds, FRESH_ROUNDS) : run.rounds;
  for (let round = 1; round <= rounds; round += 1) {
    run.log(`${name}: round ${round} of ${rounds}`);
    await step((entrant) => measureOnce(run, entrant));
  }
  await Promise.all(entrants.map(stop));
  const rows = addRatios(entrants.map(sumUp), REFERENCES);
  return { result: { scenario: name, title: scenario.title, rows }, skipped };
}

function entrantsOf({ scenario, peers }: Run): Entrant[] {
  return [...peers]
    .filter(([peer]) => scenario.peers.includes(peer))
    .map(([peer, command]) => ({ peer, command, samples: [], server: undefined }));
}

// A server that fails is left out from there on; the others go on.
async function filterSteady(
  entrants: readonly Entrant[],
  work: (entrant: Entrant) => Promise<void>,
  onFailure: (peer: PeerName, reason: string) => void,
): Promise<readonly Entrant[]> {
  const steady: Entrant[] = [];
  for (const entrant of entrants) {
    try {
      await work(entrant);
      steady.push(entrant);
    } catch (error) {
      onFailure(entrant.peer, error instanceof Error ? error.message : String(error));
      await stop(entrant);
    }
  }
  return steady;
}

async function start({ scenario, core }: Run, entrant: Entrant): Promise<ServerProcess> {
  const { command } = entrant.command;
  const server = await ServerProcess.start(
    { ...entrant.command, command: [...command, ...scenario.args] },
    core,
  );
  entrant.server = server;
  return server;
}

async function warmUp({ scenario, bench }: Run, server: ServerProcess): Promise<void> {
  for (let count = 0; count < MOST_WARM_UPS; count += 1) {
    await scenario.measure(server, bench);
    if (readCpuTicks(server.pid) / bench.tickRate >= WARM) {
      return;
    }
  }
}

async function stop(entrant: Entrant): Promise<void> {
  await entrant.server?.stop();
  entrant.server = undefined;
}

async function measureOnce(run: Run, entrant: Entrant): Promise<void> {
  const server = entrant.server ?? (await start(run, entrant));
  entrant.samples.push(await withLimit(run.scenario.measure(server, run.bench)));
  if (run.scenario.fresh) {
    await stop(entrant);
  }
}

function withLimit<Value>(work: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`no end of the measurement after ${MEASURE_LIMIT} ms`)),
      MEASURE_LIMIT,
    );
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function sumUp({ peer, samples }: Entrant): Measured {
  const names = Object.keys(samples[0]?.values ?? {});
  const figures = names.map((name) => [
    name,
    figureOf(samples.map(({ values }) => values[name] ?? Number.NaN)),
  ]);
  return {
    peer,
    figures: Object.fromEntries(figures),
    failures: samples.reduce((sum, { failures }) => sum + failures, 0),
  };
}
