import { spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandError, EXIT, type Output } from './command-error.ts';
import type { CompareLine } from './command-line.ts';
import { describeSkip, renderReport, replaceReport, splitAtMarks } from './document.ts';
import { installPeers } from './install-peers.ts';
import { findGenerator, type LoadGenerator } from './load-generator.ts';
import { describeMachine, readCommit, readTickRate } from './machine.ts';
import { findProgram, readVersion, type ServerCommand } from './locate-peer.ts';
import { OWN_PEERS, PEER_NAMES, type PeerName, PEERS } from './peers.ts';
import { readAllowedCores } from './process-stat.ts';
import {
  createReport,
  parseReport,
  type Report,
  type ScenarioResult,
  type Skip,
} from './report.ts';
import { runScenario } from './run.ts';
import { SCENARIO_NAMES, SCENARIOS } from './scenarios.ts';
import { killServers } from './server-process.ts';

const DOCUMENT = fileURLToPath(
  new URL('../../../docs/explanation/performance.md', import.meta.url),
);

/** Measures, or reads a report, and shows and writes it. Gives the exit code. */
export async function compare(line: CompareLine, output: Output): Promise<number> {
  checkWritable(line);
  const report = line.from === undefined ? await measure(line, output) : readReport(line.from);
  output.out(renderReport(report));
  if (line.out !== undefined) {
    writeFileSync(line.out, `${JSON.stringify(report, undefined, 2)}\n`);
  }
  if (line.writeDocs) {
    writeFileSync(DOCUMENT, replaceReport(readFileSync(DOCUMENT, 'utf8'), report));
  }
  const own = report.skipped.some(({ peer }) => OWN_PEERS.includes(peer));
  return own ? EXIT.failed : EXIT.ok;
}

// A run takes long: what it could not write at its end is refused before it begins.
function checkWritable({ out, writeDocs }: CompareLine): void {
  try {
    if (out !== undefined) {
      accessSync(dirname(out), constants.W_OK);
    }
    if (writeDocs) {
      splitAtMarks(readFileSync(DOCUMENT, 'utf8'));
    }
  } catch (error) {
    throw new CommandError(EXIT.usage, messageOf(error));
  }
}

function readReport(path: string): Report {
  try {
    return parseReport(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new CommandError(EXIT.usage, `--from ${path}: ${messageOf(error)}`);
  }
}

async function measure(line: CompareLine, output: Output): Promise<Report> {
  const core = takeCores();
  const machine = describeMachine();
  const date = new Date().toISOString();
  const generator = prepare(line, output);
  const { peers, skipped } = locatePeers(line.peers);
  for (const skip of skipped) {
    output.err(`skipped ${describeSkip(skip)}\n`);
  }
  const bench = { generator, seconds: line.seconds, tickRate: readTickRate() };
  const scenarios: ScenarioResult[] = [];
  const forget = endServersWithProcess();
  for (const name of line.scenarios) {
    const log = (text: string): void => output.err(`${text}\n`);
    const run = { name, scenario: SCENARIOS[name], peers, bench, rounds: line.rounds, core, log };
    const done = await runScenario(run);
    scenarios.push(done.result);
    skipped.push(...done.skipped);
  }
  forget();
  const { rounds, seconds } = line;
  const versions = versionsOf(generator, peers);
  const command = commandOf(line);
  return createReport({ date, command, machine, versions, rounds, seconds, skipped, scenarios });
}

/**
 * The core for servers, the first one; this process, its clients and the load generator move to the
 * second. Throws a CommandError where the machine lacks what that takes.
 */
export function takeCores(): number {
  const [servers, load] = process.platform === 'linux' ? readAllowedCores() : [];
  if (servers === undefined || load === undefined || findProgram('taskset') === undefined) {
    throw new CommandError(EXIT.failed, 'needs Linux with taskset and two cores');
  }
  const pinned = spawnSync('taskset', ['-acp', String(load), String(process.pid)]);
  if (pinned.status !== 0) {
    throw new CommandError(EXIT.failed, `taskset: ${pinned.stderr.toString()}`);
  }
  return servers;
}

function prepare(line: CompareLine, output: Output): LoadGenerator {
  const wrk = findProgram('wrk') !== undefined;
  if (line.generator === 'wrk' && !wrk) {
    throw new CommandError(EXIT.failed, 'wrk is not installed');
  }
  const wanted = line.generator === 'autocannon' || !wrk;
  const autocannon = wanted && readVersion('autocannon') === undefined;
  const failure = installPeers({ peers: line.peers, autocannon }, () =>
    output.err('installing the npm packages of peers\n'),
  );
  if (failure !== undefined) {
    output.err(`${failure}\n`);
  }
  if (wanted && readVersion('autocannon') === undefined) {
    throw new CommandError(EXIT.failed, 'neither wrk nor autocannon is installed');
  }
  return findGenerator(line.generator);
}

function locatePeers(names: readonly PeerName[]): {
  readonly peers: ReadonlyMap<PeerName, ServerCommand>;
  readonly skipped: Skip[];
} {
  const peers = new Map<PeerName, ServerCommand>();
  const skipped: Skip[] = [];
  for (const peer of names) {
    const found = PEERS[peer].locate();
    if ('missing' in found) {
      skipped.push({ peer, reason: found.missing });
    } else {
      peers.set(peer, found);
    }
  }
  return { peers, skipped };
}

function versionsOf(
  generator: LoadGenerator,
  peers: ReadonlyMap<PeerName, ServerCommand>,
): Record<string, string> {
  const commit = readCommit();
  const found = [...peers]
    .filter(([name]) => PEERS[name].origin !== 'node')
    .map(([name, { version }]) => [name, version]);
  return {
    'Node.js': process.version,
    'load generator': `${generator.name} ${generator.version}`,
    ...(commit !== undefined && { commit }),
    ...Object.fromEntries(found),
  };
}

/** The command that repeats a run. */
function commandOf({ scenarios, peers, rounds, seconds, generator }: CompareLine): string {
  const all = SCENARIO_NAMES.length === scenarios.length;
  const allPeers = PEER_NAMES.length === peers.length;
  return [
    'node packages/benchmark/bin/benchmark.mjs',
    ...(all ? [] : [`--scenario ${scenarios.join(' ')}`]),
    ...(allPeers ? [] : [`--peers ${peers.join(',')}`]),
    `--rounds ${rounds} --seconds ${seconds}`,
    ...(generator === undefined ? [] : [`--generator ${generator}`]),
  ].join(' ');
}

// No server outlives the benchmark, however that ends.
function endServersWithProcess(): () => void {
  process.on('exit', killServers);
  process.on('SIGINT', endBySignal);
  process.on('SIGTERM', endBySignal);
  return () => {
    process.off('exit', killServers);
    process.off('SIGINT', endBySignal);
    process.off('SIGTERM', endBySignal);
  };
}

function endBySignal(signal: NodeJS.Signals): void {
  killServers();
  process.exit(signal === 'SIGINT' ? 130 : 143);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
