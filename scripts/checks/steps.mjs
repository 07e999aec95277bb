// @ts-check
// What is checked, in the order in which a fault is cheapest to find.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { judgeConformance, judgeSelftest, judgeVitest } from './judge.mjs';

/** @typedef {import('./run-step.mjs').Step} Step */

/** The folder of the repository. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Everything else needs what it makes. @type {Step} */
export const build = { name: 'build', command: ['tsc', '-b'] };

/**
 * The other steps, in chains: the next of a chain needs what the one before writes. Chains share
 * nothing that any of them writes and can run side by side.
 * @param {string} reports a folder for their reports @returns {Promise<Step[][]>}
 */
export async function listChains(reports) {
  return [
    ...staticSteps().map((step) => [step]),
    [testStep(reports)],
    ...packageSteps().map((step) => [step]),
    siteSteps(reports),
    [{ name: 'samples of the documentation', command: node('docs/tools/check.mjs') }],
    ...(await kitSteps(reports)).map((step) => [step]),
  ];
}

/** @returns {Step[]} */
function staticSteps() {
  return [
    {
      name: 'generated rules are current',
      command: node('spec/tools/extract-rules.mjs', '--check'),
    },
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
    { name: 'type facts', command: ['tsd'], cwd: 'packages/types' },
  ];
}

/**
 * It writes below docs, so it comes when lint and format have read that.
 * @param {string} reports @returns {Step[]}
 */
function siteSteps(reports) {
  const file = join(reports, 'site.json');
  return [
    {
      name: 'the documentation builds',
      command: node('--max-semi-space-size=64', 'docs/tools/build.mjs', '--built'),
    },
    {
      name: 'the documentation in a browser',
      command: vitest(file, '--config', 'docs/test/site/vitest.config.ts'),
      judge: judgeVitest(file, ROOT),
    },
  ];
}

/** @param {string} reports @returns {Step} */
function testStep(reports) {
  const file = join(reports, 'vitest.json');
  return {
    name: 'unit and integration tests',
    command: vitest(file),
    judge: judgeVitest(file, ROOT),
  };
}

/** @param {string} report where its JSON report goes @param {string[]} args */
function vitest(report, ...args) {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  return ['vitest', 'run', ...reporters, ...args];
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

/** @param {string} reports @returns {Promise<Step[]>} */
async function kitSteps(reports) {
  const command = 'conformance/bin/tsgi-conformance.mjs';
  const adapters = readdirSync(join(ROOT, 'conformance/adapters')).filter((name) =>
    name.endsWith('.mjs'),
  );
  const runs = adapters.map(async (name) => {
    const missing = await findMissing(name);
    if (missing !== undefined) return skippedStep(name, missing);
    const file = join(reports, `${name}.json`);
    const reporters = ['--reporter', 'terminal', '--reporter', `json=${file}`];
    return {
      name: `conformance of ${name}`,
      command: node(
        command,
        'server',
        `conformance/adapters/${name}`,
        ...expectFlags(name),
        ...reporters,
      ),
      judge: judgeConformance(file),
    };
  });
  const figures = join(reports, 'selftest.json');
  const kept = ['--reporter', 'terminal', '--reporter', `json=${figures}`];
  const selftest = {
    name: 'the kit against its own mutants',
    command: node(command, 'selftest', ...kept),
    judge: judgeSelftest(figures),
  };
  return [selftest, ...(await Promise.all(runs))];
}

/**
 * An adapter's expected failures stand beside it; a description names its own.
 * @param {string} adapter @returns {string[]}
 */
function expectFlags(adapter) {
  const file = `conformance/adapters/${adapter.replace(/\.mjs$/, '.expect')}`;
  return existsSync(join(ROOT, file)) ? ['--expect', file] : [];
}

/**
 * Why a server on another runtime cannot be judged on this machine, by the file that describes it.
 * In continuous integration nothing is left out.
 * @param {string} adapter @returns {Promise<string | undefined>}
 */
async function findMissing(adapter) {
  if (process.env['CI'] !== undefined || !adapter.endsWith('.target.mjs')) return undefined;
  return (await import(join(ROOT, 'conformance/adapters', adapter))).unavailable;
}

/** @param {string} adapter @param {string} missing @returns {Step} */
function skippedStep(adapter, missing) {
  return {
    name: `conformance of ${adapter}, skipped: ${missing}`,
    command: node('--version'),
    judge: () => ({ passed: 0, failed: 0, failures: [], timed: [] }),
  };
}

/** @param {string[]} args */
function node(...args) {
  return [process.execPath, ...args];
}
