// @ts-check
// The whole of the project's checks, in the order in which a fault is cheapest to find.
// Ends with one line `N passed, N failed` and exits with 1 where anything failed.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const REPORTS = mkdtempSync(join(tmpdir(), 'tsgi-reports-'));

/** @typedef {{ passed: number, failed: number }} Count */
/** @typedef {{ name: string, command: string[], cwd?: string, count?: () => Count, countOutput?: (output: string) => Count }} Step */

/**
 * Why servers on other runtimes cannot be judged on this machine, by the file that describes them. In
 * continuous integration nothing is left out.
 * @type {Map<string, string>}
 */
const unavailable = new Map();
for (const name of process.env['CI'] === undefined ? listAdapters() : []) {
  if (!name.endsWith('.target.mjs')) continue;
  const reason = (await import(join(ROOT, 'conformance/adapters', name))).unavailable;
  if (reason !== undefined) unavailable.set(name, reason);
}

/** @type {Step[]} */
const steps = [
  { name: 'build', command: ['tsc', '-b'] },
  { name: 'generated rules are current', command: node('spec/tools/extract-rules.mjs', '--check') },
  { name: 'embedded types are current', command: node('spec/tools/embed-types.mjs', '--check') },
  {
    name: 'schema and reference of the settings are current',
    command: node('packages/tsgi/tools/generate.mjs', '--check'),
  },
  {
    name: 'reference of the middleware is current',
    command: node('packages/middleware/tools/generate-reference.mjs', '--check'),
  },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'format', command: ['biome', 'format'] },
  { name: 'types of the tests', command: ['tsc', '-p', 'tsconfig.test.json'] },
  { name: 'unused files, exports and dependencies', command: ['knip'] },
  {
    name: 'unit and integration tests',
    command: [
      'vitest',
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report('vitest')}`,
    ],
    count: countVitest,
  },
  { name: 'type facts', command: ['tsd'], cwd: 'packages/types' },
  ...packageSteps(),
  ...conformanceSteps(),
];

/** @param {string[]} args */
function node(...args) {
  return [process.execPath, ...args];
}

/** @param {string} name */
function report(name) {
  return join(REPORTS, `${name}.json`);
}

/** @returns {Step[]} */
function packageSteps() {
  const folders = readdirSync(join(ROOT, 'packages'))
    .map((name) => `packages/${name}`)
    .concat('conformance');
  return folders
    .filter((folder) => !readPackage(folder).private)
    .flatMap((cwd) => [
      { name: `publint ${cwd}`, command: ['publint', '--strict'], cwd },
      {
        name: `attw ${cwd}`,
        command: ['attw', '--pack', '.', '--profile', 'esm-only', '--quiet'],
        cwd,
      },
    ]);
}

/** @param {string} folder @returns {{ private?: boolean }} */
function readPackage(folder) {
  return JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
}

/** @returns {string[]} */
function listAdapters() {
  const folder = join(ROOT, 'conformance/adapters');
  return readdirSync(folder).filter((name) => name.endsWith('.mjs'));
}

/** @returns {Step[]} */
function conformanceSteps() {
  const command = 'conformance/bin/tsgi-conformance.mjs';
  const runs = listAdapters().map((name) => {
    const file = report(name);
    const missing = unavailable.get(name);
    if (missing !== undefined) {
      return {
        name: `conformance of ${name}, skipped: ${missing}`,
        command: node('--version'),
        count: () => ({ passed: 0, failed: 0 }),
      };
    }
    return {
      name: `conformance of ${name}`,
      command: node(
        command,
        'server',
        `conformance/adapters/${name}`,
        '--reporter',
        'terminal',
        '--reporter',
        `json=${file}`,
      ),
      count: () => countConformance(file),
    };
  });
  const selftest = {
    name: 'the kit against its own mutants',
    command: node(command, 'selftest'),
    countOutput: countSelftest,
  };
  return [...runs, selftest];
}

/** @returns {Count} */
function countVitest() {
  const { numPassedTests, numFailedTests } = readReport(report('vitest'));
  return { passed: numPassedTests, failed: numFailedTests };
}

/** @param {string} file @returns {Count} */
function countConformance(file) {
  const { summary } = readReport(file);
  const { fail, xpass, error, blocked } = summary;
  return { passed: summary.pass, failed: fail + xpass + error + blocked };
}

/** @param {string} output @returns {Count} */
function countSelftest(output) {
  const lines = output.split('\n');
  return {
    passed: lines.filter((line) => line.startsWith('ok ')).length,
    failed: lines.filter((line) => line.startsWith('WRONG ')).length,
  };
}

/** @param {string} file */
function readReport(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** @param {Step} step @returns {Count} */
function run(step) {
  const [command = '', ...args] = step.command;
  process.stdout.write(`\n── ${step.name}\n`);
  const result = spawnSync(command, args, {
    cwd: join(ROOT, step.cwd ?? '.'),
    stdio: ['ignore', step.countOutput === undefined ? 'inherit' : 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    env: {
      ...process.env,
      PATH: `${join(ROOT, 'node_modules/.bin')}${delimiter}${process.env['PATH'] ?? ''}`,
    },
  });
  const ok = result.status === 0;
  process.stdout.write(result.stdout ?? '');
  const count = step.countOutput?.(result.stdout ?? '') ?? (step.count && countOf(step.count));
  if (!ok) {
    process.stdout.write(
      `── ${step.name}: FAILED (${result.error?.message ?? `exit ${result.status ?? result.signal}`})\n`,
    );
  }
  if (count === undefined) {
    return ok ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  }
  return { passed: count.passed, failed: ok ? count.failed : Math.max(count.failed, 1) };
}

/** @param {() => Count} count @returns {Count} */
function countOf(count) {
  try {
    return count();
  } catch (error) {
    process.stdout.write(`no report: ${String(error)}\n`);
    return { passed: 0, failed: 1 };
  }
}

const total = { passed: 0, failed: 0 };
/** @type {string[]} */
const failures = [];
for (const step of steps) {
  const { passed, failed } = run(step);
  total.passed += passed;
  total.failed += failed;
  if (failed > 0) {
    failures.push(step.name);
    if (step.name === 'build') {
      break;
    }
  }
}
if (existsSync(REPORTS)) {
  rmSync(REPORTS, { recursive: true });
}
process.stdout.write(failures.length === 0 ? '\n' : `\nFailed: ${failures.join('; ')}\n`);
process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
process.exitCode = total.failed === 0 ? 0 : 1;
