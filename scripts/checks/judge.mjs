// @ts-check
// What came of a step: how many checks passed and failed, and, for people, which ones failed.
// Rule 1: a step that ends with another exit status than 0 has failed, whatever its report says.

import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { findStale, readFigures } from '../selftest-figures.mjs';

/** @typedef {{ name: string, seconds: number }} Timed */
/** @typedef {{ passed: number, failed: number, failures: string[], timed: Timed[] }} Judgement */
/** @typedef {{ ok: boolean, output: string }} Ended */

/** Lines of a message that are shown of each failure, and of the output where nothing is known. */
const MESSAGE_LINES = 4;
const OUTPUT_LINES = 15;
/** No line of the closing lines is longer, in UTF-16 code units. */
const LINE_LENGTH = 200;

/** A step that counts as one check. @param {Ended} ended @returns {Judgement} */
export function judgeExit({ ok, output }) {
  if (ok) return { passed: 1, failed: 0, failures: [], timed: [] };
  return { passed: 0, failed: 1, failures: [lastLines(output)], timed: [] };
}

/**
 * Vitest, by its JSON report; names of files are relative to `root`.
 * @param {string} file @param {string} root @returns {(ended: Ended) => Judgement}
 */
export function judgeVitest(file, root) {
  return atLeastOne(() => {
    const { numPassedTests, numFailedTests, testResults } = readReport(file);
    const files = testResults.map((result) =>
      Object.assign(result, { name: relative(root, result.name) }),
    );
    return {
      passed: numPassedTests,
      failed: Math.max(numFailedTests, files.some(({ status }) => status === 'failed') ? 1 : 0),
      failures: files.flatMap(listFailedTests),
      timed: files.map(({ name, startTime, endTime }) => ({
        name,
        seconds: (endTime - startTime) / 1000,
      })),
    };
  });
}

/** The conformance kit, by its JSON report. @param {string} file @returns {(ended: Ended) => Judgement} */
export function judgeConformance(file) {
  const wrong = new Set(['fail', 'xpass', 'error', 'blocked']);
  return atLeastOne(() => {
    const { summary, results } = readReport(file);
    const failed = results.filter(({ outcome }) => wrong.has(outcome));
    return {
      passed: summary.pass,
      failed: failed.length,
      failures: failed.map(({ check, outcome, message }) =>
        firstLines(`${outcome} ${check}`, message ?? ''),
      ),
      timed: [],
    };
  });
}

/**
 * The kit's self-test, by the lines that it prints; the published figures must be those of its report.
 * @param {string} file @returns {(ended: Ended) => Judgement}
 */
export function judgeSelftest(file) {
  return (ended) =>
    atLeastOne(() => {
      const lines = ended.output.split('\n');
      const wrong = lines.flatMap((line, index) =>
        /^(?:WRONG|GAP|SURVIVES) /.test(line) ? [firstLines(line, faultsBelow(lines, index))] : [],
      );
      const ok = lines.filter((line) => line.startsWith('ok ')).length;
      // What is wrong changes the figures too.
      const stale = wrong.length === 0 ? findStale(readFigures(file)) : [];
      const failures = [...wrong, ...stale];
      const passed = ok + (failures.length === 0 ? 1 : 0);
      return { passed, failed: failures.length, failures, timed: [] };
    })(ended);
}

/**
 * Adds what a report does not tell: that there is none, or that the command failed all the same.
 * @param {() => Judgement} judge @returns {(ended: Ended) => Judgement}
 */
function atLeastOne(judge) {
  return ({ ok, output }) => {
    /** @type {Judgement} */
    let judged = { passed: 0, failed: 0, failures: [], timed: [] };
    try {
      judged = judge();
    } catch (error) {
      judged.failed = 1;
      judged.failures = [firstLines('no report', String(error)), crossedLines(output)];
    }
    if (!ok && judged.failures.length === 0) judged.failures = [lastLines(output)];
    return { ...judged, failed: ok ? judged.failed : Math.max(judged.failed, 1) };
  };
}

/** @param {VitestFile} file @returns {string[]} */
function listFailedTests({ name, status, message, assertionResults }) {
  const failed = assertionResults.filter((result) => result.status === 'failed');
  if (failed.length === 0) return status === 'failed' ? [firstLines(name, message)] : [];
  return failed.map(({ fullName, failureMessages }) =>
    firstLines(`${name} > ${fullName}`, failureMessages.join('\n')),
  );
}

/** @typedef {{ fullName: string, status: string, failureMessages: string[] }} VitestTest */
/** @typedef {{ name: string, status: string, message: string, startTime: number, endTime: number, assertionResults: VitestTest[] }} VitestFile */
/** @typedef {{ check: string, outcome: string, message?: string }} KitResult */
/** @typedef {{ numPassedTests: number, numFailedTests: number, testResults: VitestFile[], summary: { pass: number }, results: KitResult[] }} Report */

/** @param {string} file @returns {Report} */
function readReport(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** @param {string[]} lines @param {number} index */
function faultsBelow(lines, index) {
  const below = lines.slice(index + 1);
  const end = below.findIndex((line) => !line.startsWith('    '));
  return below.slice(0, end === -1 ? below.length : end).join('\n');
}

/** @param {string} title @param {string} message */
function firstLines(title, message) {
  return [title, ...cleanLines(message).slice(0, MESSAGE_LINES)].map(clip).join('\n    ');
}

/** @param {string} output */
function lastLines(output) {
  return cleanLines(output).slice(-OUTPUT_LINES).map(clip).join('\n    ');
}

/**
 * What a command that did not come to its report had marked as failed, or else its last lines.
 * @param {string} output
 */
function crossedLines(output) {
  const crossed = cleanLines(output).filter((line) => line.startsWith('×'));
  return crossed.length === 0 ? lastLines(output) : lastLines(crossed.join('\n'));
}

/** Without colours and empty lines. @param {string} text */
function cleanLines(text) {
  return stripVTControlCharacters(text)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** @param {string} line */
function clip(line) {
  return line.length > LINE_LENGTH ? `${line.slice(0, LINE_LENGTH - 1)}…` : line;
}
