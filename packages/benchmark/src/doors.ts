import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  DOOR_IDS,
  type DoorId,
  findFreePort,
  findProgram,
  makeScratchFolder,
  openDoor,
  type Program,
  startBackend,
  whyClosed,
} from '@tsgi/doors';
import { CommandError, EXIT, type Output } from './command-error.ts';
import type { DoorsLine } from './command-line.ts';
import { takeCores } from './compare.ts';
import { replacePart } from './document.ts';
import { DIRECT, type DoorCost, type DoorsReport, parseDoorsReport } from './door-report.ts';
import { renderDoors, renderDoorsDocument } from './door-tables.ts';
import { expectAnswer } from './exchange.ts';
import { findGenerator, type LoadGenerator } from './load-generator.ts';
import { describeMachine, readCommit, readTickRate } from './machine.ts';
import { readCoreTicks, readCpuTicks } from './process-stat.ts';
import { figureOf } from './statistics.ts';

const DOCUMENT = fileURLToPath(
  new URL('../../../docs/explanation/cost-of-each-door.md', import.meta.url),
);
const APPLICATION = fileURLToPath(new URL('../servers/hello.mjs', import.meta.url));
const HELLO = Buffer.from('Hello, world!\n');

/** Connections of the load; a program for each request would be as many processes at once. */
const CONNECTIONS = 16;
const CONNECTIONS_OF_CGI = 2;

/** One way to the application, while it is measured. */
interface Way {
  readonly door: typeof DIRECT | DoorId;
  readonly url: string;
  readonly front: Program | undefined;
  readonly backend: Program | undefined;
  readonly close: () => Promise<unknown>;
  readonly samples: Sample[];
}

/** What one load gave: microseconds of CPU time for a request, requests per second. */
interface Sample {
  readonly front: number;
  readonly backend: number;
  readonly rate: number;
  readonly failures: number;
}

/** Measures all doors in turn, or reads a report, and shows and writes it. Gives the exit code. */
export async function measureDoors(line: DoorsLine, output: Output): Promise<number> {
  const report = line.from === undefined ? await measure(line, output) : readReport(line.from);
  output.out(renderDoors(report));
  if (line.out !== undefined) writeFileSync(line.out, `${JSON.stringify(report, undefined, 2)}\n`);
  if (line.writeDocs) {
    const document = readFileSync(DOCUMENT, 'utf8');
    writeFileSync(DOCUMENT, replacePart(document, renderDoorsDocument(report)));
  }
  return EXIT.ok;
}

function readReport(path: string): DoorsReport {
  try {
    return parseDoorsReport(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new CommandError(EXIT.usage, `--from ${path}: ${String(error)}`);
  }
}

async function measure(line: DoorsLine, output: Output): Promise<DoorsReport> {
  const core = takeCores();
  const machine = describeMachine();
  const date = new Date().toISOString();
  const generator = findGenerator();
  const reasons = DOOR_IDS.map((door) => ({ door, reason: whyClosed(door) ?? '' }));
  const skipped = reasons.filter(({ reason }) => reason !== '');
  const open = DOOR_IDS.filter((id) => !skipped.some(({ door }) => door === id));
  // However this ends, what it has started ends with it.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  const ways = await openWays(open, ['taskset', '-c', String(core)]);
  try {
    const load = { generator, seconds: line.seconds, tickRate: readTickRate(), core };
    for (const way of ways) {
      await expectAnswer(way.url, { path: '/' }, HELLO);
      await load.generator.run({ ...loadOf(way), seconds: 1 });
    }
    for (let round = 1; round <= line.rounds; round += 1) {
      output.err(`round ${round} of ${line.rounds}\n`);
      for (const way of ways) way.samples.push(await sample(way, load));
    }
  } finally {
    await Promise.all(ways.map(({ close }) => close()));
  }
  const { rounds, seconds } = line;
  const command = `node packages/benchmark/bin/benchmark.mjs doors --rounds ${rounds} --seconds ${seconds}`;
  const versions = versionsOf(generator);
  const doors = ways.map(sumUp);
  return { format: 'doors-1', date, command, machine, versions, rounds, seconds, skipped, doors };
}

/** Opens everything at once: what waits costs nothing. */
async function openWays(ids: readonly DoorId[], prefix: readonly string[]): Promise<Way[]> {
  const scratch = makeScratchFolder();
  const direct = await openDirect(scratch.path, prefix);
  const doors: Way[] = [];
  for (const id of ids) {
    const { url, front, backends, close } = await openDoor(id, {
      app: APPLICATION,
      folder: join(scratch.path, id),
      prefix,
    });
    doors.push({ door: id, url, front, backend: backends[0], close, samples: [] });
  }
  return [direct, ...doors];
}

async function openDirect(folder: string, prefix: readonly string[]): Promise<Way> {
  const port = await findFreePort();
  const listens = { port };
  const app = APPLICATION;
  const backend = await startBackend({ app, protocol: 'http', listens, folder, prefix });
  const close = (): Promise<void> => backend.stop();
  const url = `http://127.0.0.1:${port}`;
  return { door: DIRECT, url, front: undefined, backend, close, samples: [] };
}

/** What measurements need of the run. */
interface DoorLoad {
  readonly generator: LoadGenerator;
  readonly seconds: number;
  readonly tickRate: number;
  /** Where front and server run. */
  readonly core: number;
}

async function sample(way: Way, { generator, seconds, tickRate, core }: DoorLoad): Promise<Sample> {
  const before = spentOn(way, core);
  const count = await generator.run({ ...loadOf(way), seconds });
  const after = spentOn(way, core);
  if (count.requests === 0) {
    const told = `${way.door} answered no request within ${seconds} s: the machine is too busy`;
    throw new CommandError(EXIT.failed, told);
  }
  const micros = (ticks: number): number => (ticks * 1e6) / tickRate / count.requests;
  return {
    front: micros(after.front - before.front),
    backend: micros(after.backend - before.backend),
    rate: count.requests / count.seconds,
    failures: count.failures,
  };
}

function loadOf(way: Way): { readonly url: string; readonly connections: number } {
  return { url: `${way.url}/`, connections: connectionsOf(way) };
}

function connectionsOf({ backend }: Way): number {
  return backend === undefined ? CONNECTIONS_OF_CGI : CONNECTIONS;
}

/**
 * Clock ticks so far. Nobody waits for the programs of CGI, so that their time is in no account:
 * there it is that of the core, beside the time of the front.
 */
function spentOn({ front, backend }: Way, core: number): { front: number; backend: number } {
  const ofFront = front === undefined ? 0 : readCpuTicks(front.pid);
  const ofBackend =
    backend === undefined ? readCoreTicks(core) - ofFront : readCpuTicks(backend.pid);
  return { front: ofFront, backend: ofBackend };
}

function sumUp(way: Way): DoorCost {
  const { door, samples } = way;
  return {
    door,
    front: figureOf(samples.map(({ front }) => front)),
    backend: figureOf(samples.map(({ backend }) => backend)),
    total: figureOf(samples.map(({ front, backend }) => front + backend)),
    rate: figureOf(samples.map(({ rate }) => rate)),
    connections: connectionsOf(way),
    failures: samples.reduce((sum, { failures }) => sum + failures, 0),
  };
}

function versionsOf(generator: LoadGenerator): Record<string, string> {
  const commit = readCommit();
  return {
    'Node.js': process.version,
    'load generator': `${generator.name} ${generator.version}`,
    ...(commit !== undefined && { commit }),
    ...versionOf('nginx', /nginx\/(\S+)/),
    ...versionOf('apache2', /Apache\/(\S+)/),
  };
}

function versionOf(program: string, pattern: RegExp): Record<string, string> {
  const path = findProgram(program);
  if (path === undefined) return {};
  const { stdout, stderr } = spawnSync(path, ['-v'], { encoding: 'utf8' });
  return { [program]: pattern.exec(stdout + stderr)?.[1] ?? 'unknown' };
}
