// @ts-check
// The whole of the project's checks, or with arguments those with one of them in their names.
// Ends with one line `N passed, N failed` and exits with 1 where anything failed.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeClosing } from './checks/closing-lines.mjs';
import { judgeExit } from './checks/judge.mjs';
import { endUnfinished, listUnfinished, runStep } from './checks/run-step.mjs';
import { build, listChains, ROOT } from './checks/steps.mjs';

/** @typedef {import('./checks/closing-lines.mjs').Result} Result */
/** @typedef {import('./checks/run-step.mjs').Step} Step */

/** How many steps run side by side; most of them wait at least as much as they compute. */
const LANES = 2;

/** @param {Step} step @returns {Promise<Result>} */
async function run(step) {
  const { seconds, why, ...ended } = await runStep(step, ROOT);
  const judged = (step.judge ?? judgeExit)(ended);
  const verdict = judged.failed === 0 ? '' : `── ${step.name}: FAILED (${why || 'see above'})\n`;
  process.stdout.write(`\n── ${step.name} (${seconds.toFixed(1)} s)\n${ended.output}${verdict}`);
  return { ...judged, name: step.name, seconds };
}

/** @param {readonly Step[][]} chains @returns {Promise<Result[]>} */
async function runAll(chains) {
  const waiting = [...chains];
  /** @type {Result[]} */
  const results = [];
  const lane = async () => {
    for (let chain = waiting.shift(); chain !== undefined; chain = waiting.shift()) {
      results.push(...(await runChain(chain)));
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return results;
}

/** Ends with the first step that fails. @param {readonly Step[]} chain @returns {Promise<Result[]>} */
async function runChain(chain) {
  /** @type {Result[]} */
  const results = [];
  for (const step of chain) {
    const result = await run(step);
    results.push(result);
    if (result.failed > 0) break;
  }
  return results;
}

/** @param {NodeJS.Signals} signal */
function tellUnfinished(signal) {
  for (const { name, output } of listUnfinished()) {
    process.stdout.write(`\n── ${name}: ${signal} before its end\n${output}`);
  }
  endUnfinished();
  process.exit(1);
}
process.once('SIGTERM', tellUnfinished);
process.once('SIGINT', tellUnfinished);

const parts = process.argv.slice(2);
const reports = mkdtempSync(join(tmpdir(), 'tsgi-reports-'));
const results = [await run(build)];
if (results[0]?.failed === 0) {
  const chains = (await listChains(reports)).filter((chain) =>
    chain.some(({ name }) => parts.length === 0 || parts.some((part) => name.includes(part))),
  );
  results.push(...(await runAll(chains)));
}
rmSync(reports, { recursive: true, force: true });
process.stdout.write(writeClosing(results));
process.exitCode = results.every(({ failed }) => failed === 0) ? 0 : 1;
