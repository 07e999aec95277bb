import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { CheckResult } from '../engine/run-suite.ts';
import { updateExpectations } from '../expect/update-expectations.ts';
import type { UpdatedExpectations } from '../expect/update-expectations.ts';
import { serverSuite } from '../suites/server/suite.ts';
import { UsageError } from './command-error.ts';
import type { Output } from './command-error.ts';
import { parseFlags } from './flags.ts';
import type { Flags } from './flags.ts';
import { judgeServer, TARGET_FLAGS } from './judge-server.ts';
import { writeReportFile } from './report-file.ts';

const FILTERS = /^--(?:run|skip|profile)(?:=|$)/;

/**
 * `expect --update|--check FILE ADAPTER`: makes a file of expected failures fit a server, or tells
 * whether it fits. Returns the exit code; of an update it is 0 once the file is written.
 */
export async function expectCommand(args: readonly string[], output: Output): Promise<number> {
  const filter = args.find((arg) => FILTERS.test(arg));
  if (filter !== undefined) {
    throw new UsageError(`expect takes no filter, got "${filter}": what is not run cannot be told`);
  }
  const flags = parseFlags(args, [
    ...(['update', 'check', 'level', 'budget', 'reporter'] as const),
    ...TARGET_FLAGS,
  ]);
  const { update, check } = flags;
  if ((update === undefined) === (check === undefined)) {
    throw new UsageError('expect needs one of --update FILE and --check FILE');
  }
  if (check === undefined) return rewrite(flags, update ?? '', output);
  if (!existsSync(check)) throw new UsageError(`--check: "${check}" does not exist`);
  const target = { ...flags.target, expect: check };
  const { report } = await judgeServer({ ...flags, target }, { suite: serverSuite, output });
  return report.summary.exitCode;
}

async function rewrite(flags: Flags, file: string, output: Output): Promise<number> {
  const text = readText(file);
  checkWritable(file);
  const observed: CheckResult[] = [];
  const { report } = await judgeServer(
    { ...flags, reporters: [] },
    { suite: serverSuite, output, observe: (result) => observed.push(result) },
  );
  const { exitCode, fault } = report.summary;
  if (exitCode === 3 || exitCode === 4) {
    output.err(`${file} is left as it is: ${fault ?? describeTrouble(observed)}\n`);
    return exitCode;
  }
  const left = report.results.filter(({ outcome }) => outcome === 'skip');
  const updated = attemptUpdate(file, text, [...observed, ...left]);
  if (updated.text !== text) writeReportFile(file, updated.text, '--update');
  output.out(tell(file, updated));
  return 0;
}

function readText(file: string): string {
  try {
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  } catch (error) {
    throw new UsageError(`--update ${file}: ${error instanceof Error ? error.message : ''}`);
  }
}

/** A place that cannot be written is told before the run, and nothing is left there where it fails. */
function checkWritable(file: string): void {
  try {
    accessSync(existsSync(file) ? file : dirname(file), constants.W_OK);
  } catch (error) {
    const why = error instanceof Error ? error.message : '';
    throw new UsageError(`--update: ${file} cannot be written: ${why}`);
  }
}

function attemptUpdate(
  file: string,
  text: string,
  observed: Parameters<typeof updateExpectations>[1],
): UpdatedExpectations {
  try {
    return updateExpectations(text, observed);
  } catch (error) {
    throw new UsageError(`--update ${file}: ${error instanceof Error ? error.message : ''}`);
  }
}

function describeTrouble(observed: readonly CheckResult[]): string {
  const broken = observed.find(({ outcome }) => outcome === 'error' || outcome === 'notrun');
  if (broken === undefined) return 'no check was executed';
  return `${broken.check}: ${broken.message ?? broken.outcome}`;
}

function tell(file: string, { added, changed, removed }: UpdatedExpectations): string {
  const news = added.length === 0 ? '' : `; ${added.length} still to be given a reason`;
  const counts = `${added.length} added, ${changed.length} changed, ${removed.length} removed`;
  return [
    list('added', added),
    list('changed', changed),
    list('removed', removed),
    `${file}: ${counts}${news}\n`,
  ].join('');
}

function list(word: string, ids: readonly string[]): string {
  return ids.map((id) => `${word.padEnd(9)}${id}\n`).join('');
}
