// @ts-check
// Runs what pages tell readers to type: a page at a time in a folder of its own, which holds the files
// that the page names, an application under the usual names where it names none, and the commands of
// this repository on the PATH. Nothing outlives its page.

import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { DOCS, ROOT } from '../paths.mjs';
import { assignPorts, portsNeeded, stepsOf, withPorts, writeScript } from './shell-script.mjs';

/** @typedef {import('../model/model.ts').SamplePage} SamplePage */
/** @typedef {import('../model/model.ts').Step} Step */

/** Milliseconds for all blocks of a page together. */
const LIMIT = 60_000;

/** What pages call the folder in which the reader is. */
const READERS_FOLDER = '/srv/app';

/** What stands in for the reader's application where a page shows none. */
export const STAND_IN = `export const app = (environ, startResponse) => {
  startResponse('200 OK', [['Content-Type', 'text/plain; charset=utf-8']]);
  return [new TextEncoder().encode(\`Hello \${environ.PATH_INFO}\\n\`)];
};

export default app;
`;

/** Whether this Node.js runs TypeScript as it is. */
const STRIPS_TYPES = Boolean(
  /** @type {{ typescript?: unknown }} */ (/** @type {unknown} */ (process.features)).typescript,
);

/**
 * What went wrong, in the order of the pages.
 * @param {readonly SamplePage[]} pages
 * @returns {Promise<{ problems: readonly string[], count: number }>}
 */
export async function runShell(pages) {
  const work = pages
    .map((page) => ({ page, steps: stepsOf(page.blocks) }))
    .filter(({ steps }) => steps.length > 0);
  /** @type {(readonly string[])[]} */
  const results = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < work.length; index = next++) {
      const task = work[index];
      if (task !== undefined) results[index] = await runPage(task.page, task.steps);
    }
  };
  await Promise.all([worker(), worker()]);
  const count = work.reduce((sum, { steps }) => sum + steps.length, 0);
  return { problems: results.flat(), count };
}

/**
 * @param {SamplePage} page
 * @param {readonly Step[]} steps
 * @returns {Promise<readonly string[]>}
 */
async function runPage(page, steps) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tsgi-page-')));
  try {
    const ports = assignPorts(await findPorts(portsNeeded));
    writeFiles(folder, page, ports);
    const script = writeScript(steps, ports);
    const fault = await runBash(script, { folder, port: ports.get('8000') ?? 0 });
    return judge(page, steps, { folder, fault, ports });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} folder
 * @param {SamplePage} page
 * @param {ReadonlyMap<string, number>} ports
 */
function writeFiles(folder, { path, blocks }, ports) {
  for (const name of ['app.mjs', 'app.js', 'app.ts']) writeFileSync(join(folder, name), STAND_IN);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "private": true }\n');
  symlinkSync(join(DOCS, 'node_modules'), join(folder, 'node_modules'), 'junction');
  if (!path.startsWith('docs/start/')) {
    for (const name of ['conformance', 'docs', 'packages', 'spec']) {
      symlinkSync(join(ROOT, name), join(folder, name), 'junction');
    }
  }
  for (const { file, code } of blocks) {
    if (file === '') continue;
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), withPorts(code, ports));
  }
}

/**
 * Runs a script and gives what it said last, where it failed.
 * @param {string} script
 * @param {{ folder: string, port: number }} options port the one that servers listen on by default
 * @returns {Promise<string | undefined>}
 */
function runBash(script, { folder, port }) {
  const loader = pathToFileURL(join(DOCS, 'tools/samples/strip-types.mjs')).href;
  const env = {
    ...process.env,
    PATH: [join(DOCS, 'node_modules/.bin'), process.env['PATH']].join(delimiter),
    TSGI_BIND: `127.0.0.1:${port}`,
    npm_config_offline: 'true',
    ...(STRIPS_TYPES ? {} : { NODE_OPTIONS: `--import=${loader}` }),
  };
  return new Promise((resolve) => {
    const child = spawn('bash', ['-c', script], {
      cwd: folder,
      env,
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let text = '';
    child.stderr.setEncoding('utf8').on('data', (part) => {
      text += part;
    });
    const timer = setTimeout(() => {
      text += `not done after ${LIMIT / 1000} s`;
      process.kill(-(child.pid ?? 0), 'SIGKILL');
    }, LIMIT);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve(code === 0 ? undefined : `${text.trim()} (${signal ?? `exit ${code}`})`.trim());
    });
  });
}

/**
 * @param {SamplePage} page
 * @param {readonly Step[]} steps
 * @param {{ folder: string, fault: string | undefined, ports: ReadonlyMap<string, number> }} run
 * @returns {readonly string[]}
 */
function judge({ path }, steps, { folder, fault, ports }) {
  const read = (/** @type {string} */ name) =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '';
  const done = read('done.log').split('\n').filter(Boolean).length;
  const failed = steps[done];
  if (fault !== undefined && failed !== undefined) {
    const said = `${read(`out-${done}.log`)}${read(`err-${done}.log`)}`.trim().slice(-2000);
    return [`${path}:${failed.block.line}: ${fault}\n${said.replaceAll(/^/gm, '    ')}`];
  }
  return steps.flatMap(({ block, output }, index) => {
    const got = read(`out-${index}.log`).replaceAll(folder, READERS_FOLDER).trimEnd();
    if (output === undefined || got === withPorts(output, ports).trimEnd()) return [];
    return [
      `${path}:${block.line}: prints something else than the page shows:\n${got.replaceAll(/^/gm, '    ')}`,
    ];
  });
}

/**
 * Ports that nobody listens on.
 * @param {number} count
 * @returns {Promise<readonly number[]>}
 */
async function findPorts(count) {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise((resolve, reject) => {
          server.on('error', reject);
          server.listen(0, '127.0.0.1', () => {
            const address = server.address();
            resolve(typeof address === 'object' && address !== null ? address.port : 0);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
