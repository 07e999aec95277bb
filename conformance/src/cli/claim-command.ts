import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeClaim } from '../claim/make-claim.ts';
import { findObstacles } from '../claim/obstacles.ts';
import { writeJunit } from '../report/junit-reporter.ts';
import { serverSuite } from '../suites/server/suite.ts';
import { UsageError } from './command-error.ts';
import type { Output } from './command-error.ts';
import { parseFlags } from './flags.ts';
import { judgeServer, TARGET_FLAGS } from './judge-server.ts';
import type { Judged } from './judge-server.ts';
import { judgeModule } from './module-command.ts';
import { writeReportFile } from './report-file.ts';

const CLAIM = 'tsgi-claim.json';
const EVIDENCE = 'tsgi-claim.junit.xml';
const OBSTACLES_SHOWN = 20;

/**
 * `claim ADAPTER`, `claim app FILE`, `claim middleware FILE`: runs everything and writes a claim of
 * conformance with its evidence, or says what stands in its way. Returns the exit code.
 */
export async function claimCommand(args: readonly string[], output: Output): Promise<number> {
  const filter = args.find((arg) => /^--(?:run|skip|profile|personality)(?:=|$)/.test(arg));
  if (filter !== undefined) throw new UsageError(`claim takes no filter, got "${filter}"`);
  const [kind, ...rest] = args;
  const isModule = kind === 'app' || kind === 'middleware';
  const flags = isModule
    ? parseFlags(rest, ['output', 'reporter', 'budget', 'requests', 'expect'])
    : parseFlags(args, [
        'output',
        'reporter',
        'budget',
        'repeat',
        'jobs',
        'expect',
        ...TARGET_FLAGS,
      ]);
  const folder = flags.output;
  clear(folder);
  const judged = isModule
    ? await judgeModule(kind === 'app' ? 'application' : kind, flags, output)
    : await judgeServer(flags, { suite: serverSuite, output });
  return conclude(folder, judged, output);
}

/** An earlier claim must not outlive a run that does not bear it out. */
function clear(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    rmSync(join(folder, CLAIM), { force: true });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--output ${folder} cannot be written: ${why}`);
  }
}

function conclude(folder: string, { report, expectations }: Judged, output: Output): number {
  const evidence = writeJunit(report);
  writeReportFile(join(folder, EVIDENCE), evidence, '--output');
  const { fault, exitCode } = report.summary;
  if (fault !== undefined) {
    output.err(`no claim is made:\n  ${fault}\n`);
    return exitCode;
  }
  const obstacles = findObstacles(report, expectations);
  if (obstacles.length > 0) {
    const shown = obstacles.slice(0, OBSTACLES_SHOWN).map((one) => `  ${one}\n`);
    const rest = obstacles.length - shown.length;
    const more = rest === 0 ? '' : `  and ${rest} more, see ${join(folder, EVIDENCE)}\n`;
    output.err(`no claim is made:\n${shown.join('')}${more}`);
    return exitCode === 0 ? 1 : exitCode;
  }
  const sha256 = createHash('sha256').update(evidence).digest('hex');
  const date = new Date().toISOString().slice(0, 10);
  const claim = makeClaim(report, { date, junit: { file: EVIDENCE, sha256 } });
  const file = join(folder, CLAIM);
  writeReportFile(file, `${JSON.stringify(claim, null, 2)}\n`, '--output');
  const profiles = claim.profiles.flatMap(({ profile, claimed }) => (claimed ? [profile] : []));
  output.err(`${file}: TSGI ${claim.spec.version}, profiles ${profiles.join(', ')}\n`);
  return 0;
}
