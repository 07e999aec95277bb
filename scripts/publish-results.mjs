// Runs the conformance kit on every adapter of this repository and writes what came of it to
// conformance/results: a summary for each target in servers/, without times, ports or versions of
// runtimes, and a README.md that compares them. `--check` writes nothing and compares the outcomes.
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const KIT = 'conformance/bin/tsgi-conformance.mjs';
const ADAPTERS = 'conformance/adapters';
const PAGE = 'conformance/results/README.md';
const RESULTS = 'conformance/results/servers';

const README = `# What the adapters of this repository keep

<!-- Written by scripts/publish-results.mjs; do not edit. -->

\`npx pnpm results\` runs the kit on every adapter in [\`adapters/\`](../adapters) and writes this page and a
summary for each target; \`npx pnpm results --check\` tells whether they still hold. For a page to look
around in: \`npx tsgi-conformance report conformance/results/servers/*.json --reporter html=matrix.html\`.

What a server does otherwise, and what a front changes on the way, stands in the \`.expect\` file of its
adapter, with the reasons. The nine doors are nginx and Apache with \`tsgi serve\` behind them, or
\`tsgi cgi\`, as \`tsgi init\` sets them up. Their server is started once, so that nothing is said of
starts and ends; and behind \`apache-cgi\`, where each request is a process, only of
[what differs from door to door](../adapters/doors/describe-door.mjs).

How good the kit itself is: [which check catches which broken server](kill-matrix.html), and
[the figures of its self-test](selftest.json), with the assertions that could be removed unnoticed, if any.
`;

const args = process.argv.slice(2);
const unknown = args.find((arg) => arg !== '--check' && arg.startsWith('-'));
if (unknown !== undefined) {
  process.stderr.write(`publish-results: unknown flag ${unknown}; known are --check and names\n`);
  process.exit(2);
}
process.exitCode = await main(
  args.includes('--check'),
  args.filter((arg) => arg !== '--check'),
);

/**
 * @param {boolean} isCheck
 * @param {readonly string[]} names which targets; all where empty
 */
async function main(isCheck, names) {
  const known = readdirSync(join(ROOT, ADAPTERS)).filter((file) => file.endsWith('.mjs'));
  const targets = known.filter((file) => names.length === 0 || names.includes(nameOf(file)));
  if (targets.length === 0) {
    process.stderr.write(`publish-results: no target; known are ${known.map(nameOf).join(', ')}\n`);
    return 2;
  }
  const folder = mkdtempSync(join(tmpdir(), 'tsgi-results-'));
  let faults = 0;
  try {
    for (const file of targets) faults += await judge(file, { folder, isCheck });
  } finally {
    rmSync(folder, { recursive: true });
  }
  if (!isCheck) await writeReadme();
  return faults === 0 ? 0 : 1;
}

/** @param {string} file */
function nameOf(file) {
  return basename(file).replace(/(?:\.target)?\.mjs$/, '');
}

/**
 * Judges one target; the number of things that are wrong.
 * @param {string} file
 * @param {{ folder: string, isCheck: boolean }} options
 */
async function judge(file, { folder, isCheck }) {
  const name = nameOf(file);
  const adapter = `${ADAPTERS}/${file}`;
  const missing = await whyUnavailable(adapter);
  if (missing !== undefined) {
    process.stdout.write(`${name}: not run: ${missing}\n`);
    return 0;
  }
  const fresh = join(folder, `${name}.json`);
  const { code, text } = await run(
    'server',
    adapter,
    ...expectFlags(adapter),
    '--reporter',
    `summary=${fresh}`,
  );
  if (code !== 0) {
    process.stdout.write(`${name}: exit code ${code}\n${text}`);
    if (code !== 1 || isCheck) return 1;
  }
  const published = join(ROOT, RESULTS, `${name}.json`);
  const summary = readFileSync(fresh, 'utf8');
  if (!isCheck) {
    mkdirSync(join(ROOT, RESULTS), { recursive: true });
    writeFileSync(published, summary);
    process.stdout.write(`${name}: written\n`);
    return code;
  }
  const before = existsSync(published) ? readOutcomes(readFileSync(published, 'utf8')) : {};
  const differences = compare(before, readOutcomes(summary), listFlaky(name));
  process.stdout.write(`${name}: ${differences.length === 0 ? 'as published' : 'differs'}\n`);
  for (const line of differences) process.stdout.write(`  ${line}\n`);
  return differences.length;
}

/**
 * An adapter's expected failures stand beside it; a description names its own.
 * @param {string} adapter @returns {string[]}
 */
function expectFlags(adapter) {
  const file = adapter.replace(/\.mjs$/, '.expect');
  return existsSync(join(ROOT, file)) ? ['--expect', file] : [];
}

/**
 * Why a target cannot be run on this machine.
 * @param {string} adapter
 * @returns {Promise<string | undefined>}
 */
async function whyUnavailable(adapter) {
  if (!adapter.endsWith('.target.mjs')) return undefined;
  const { unavailable } = await import(pathToFileURL(join(ROOT, adapter)).href);
  return unavailable;
}

/**
 * @param {string} text
 * @returns {Record<string, string>}
 */
function readOutcomes(text) {
  return JSON.parse(text).outcomes;
}

/**
 * Patterns of the checks whose outcome may change from run to run.
 * @param {string} name
 */
function listFlaky(name) {
  const file = join(ROOT, ADAPTERS, `${name}.expect`);
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return [...text.matchAll(/^([\w.*-]+) +flaky /gm)].map(
    ([, glob = '']) => new RegExp(`^${glob.replaceAll('.', '[.]').replaceAll('*', '.*')}$`),
  );
}

/**
 * @param {Record<string, string>} before
 * @param {Record<string, string>} after
 * @param {readonly RegExp[]} flaky
 */
function compare(before, after, flaky) {
  const checks = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  const steady = checks.filter((check) => !flaky.some((pattern) => pattern.test(check)));
  return steady.flatMap((check) => {
    const was = before[check] ?? 'unknown';
    const is = after[check] ?? 'gone';
    return was === is ? [] : [`${check} was ${was}, is ${is}`];
  });
}

async function writeReadme() {
  const files = readdirSync(join(ROOT, RESULTS)).filter((file) => file.endsWith('.json'));
  const paths = files.toSorted().map((file) => `${RESULTS}/${file}`);
  const { code, text } = await run('report', ...paths, '--reporter', 'md');
  if (code !== 0) throw new Error(`the comparison cannot be written: ${text}`);
  const table = paths.length === 1 ? text.replace(/^# /, '## ') : text;
  writeFileSync(join(ROOT, PAGE), `${README}\n${table}`);
}

/**
 * Runs the kit; resolves with its exit code and everything that it wrote.
 * @param {...string} words
 * @returns {Promise<{ code: number, text: string }>}
 */
function run(...words) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [KIT, ...words], { cwd: ROOT });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (/** @type {string} */ part) => {
        text += part;
      });
    }
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 3, text }));
  });
}
