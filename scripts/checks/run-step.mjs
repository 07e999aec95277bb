// @ts-check
// Runs one step as a process of its own and keeps what it prints, so that steps that run side by
// side do not mix their lines.

import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';

/** @typedef {import('./judge.mjs').Ended} Ended */
/** @typedef {import('./judge.mjs').Judgement} Judgement */
/**
 * `judge` says what came of it; where there is none it is `exit status 0`.
 * @typedef {{ name: string, command: string[], cwd?: string, judge?: (ended: Ended) => Judgement }} Step
 */
/** @typedef {Ended & { seconds: number, why: string }} Ran */

/** Milliseconds after which a step is taken to hang. */
const LIMIT = 15 * 60_000;

/**
 * The steps that have not ended: how each is ended, and what it has printed so far.
 * @type {Map<Step, { end: () => void, output: () => string }>}
 */
const running = new Map();

/**
 * Resolves when the process and everything that holds its output have ended.
 * @param {Step} step @param {string} root @returns {Promise<Ran>}
 */
export function runStep(step, root) {
  const start = performance.now();
  const [command = '', ...args] = step.command;
  const child = spawn(command, args, {
    cwd: join(root, step.cwd ?? '.'),
    stdio: ['ignore', 'pipe', 'pipe'],
    // a group of its own: what it has started ends with it
    detached: true,
    env: {
      ...process.env,
      PATH: `${join(root, 'node_modules/.bin')}${delimiter}${process.env['PATH'] ?? ''}`,
    },
  });
  /** @type {Buffer[]} */
  const chunks = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (/** @type {Buffer} */ chunk) => chunks.push(chunk));
  }
  const endAll = () => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  };
  running.set(step, { end: endAll, output: () => Buffer.concat(chunks).toString() });
  const limit = setTimeout(endAll, LIMIT);
  return new Promise((resolve) => {
    /** @param {string} why empty where all is well */
    const end = (why) => {
      clearTimeout(limit);
      running.delete(step);
      const output = Buffer.concat(chunks).toString();
      resolve({ ok: why === '', output, why, seconds: (performance.now() - start) / 1000 });
    };
    child.once('error', (error) => end(error.message));
    child.once('close', (code, signal) => end(code === 0 ? '' : `exit ${code ?? signal}`));
  });
}

/** The names and the output so far of the steps that have not ended. */
export function listUnfinished() {
  return [...running].map(([{ name }, { output }]) => ({ name, output: output() }));
}

/** Ends them. */
export function endUnfinished() {
  for (const { end } of running.values()) end();
}
