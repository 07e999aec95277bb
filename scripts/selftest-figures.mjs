// @ts-check
// The published figures of the kit's self-test: conformance/results/selftest.json and a table in the
// kit's README. One script writes them, and the test run compares them with what it has measured.

import { readFileSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';

/** @typedef {{ all: number, testable: number, withCheck: number, withMutant: number }} RuleCounts */
/** @typedef {{ checks: number, mutants: number, declaredFailures: number, legalVariants: number, faultyHarnesses: number, must: RuleCounts, should: RuleCounts }} RoleFigures */
/** @typedef {{ assertions: number, noticed: number, survivors: readonly { assertion: string, reason: string }[] }} Removal */
/** @typedef {Removal & { share: number, lines: { all: number, noticed: number } }} ServerRemoval */
/** @typedef {{ server: RoleFigures, application: RoleFigures, middleware: RoleFigures }} Counted */
/** @typedef {Counted & { removal: { server: ServerRemoval, modules: Removal } }} Figures */

const FILE = new URL('../conformance/results/selftest.json', import.meta.url);
const README = new URL('../conformance/README.md', import.meta.url);
const BEGIN = '<!-- figures of the self-test: npx pnpm run results:kit -->\n';
const END = '<!-- end of the figures -->\n';
const ADVICE = 'npx pnpm run results:kit';

/**
 * What a report of a whole `selftest --reporter json` has counted; `removal` is there where it was
 * asked to `--delete-assertions`.
 * @param {string} file @returns {Counted & Partial<Figures>}
 */
export function readFigures(file) {
  const { figures } = JSON.parse(readFileSync(file, 'utf8'));
  if (figures === undefined) throw new Error(`${file} is no report of a whole self-test`);
  return figures;
}

/**
 * What is published and is not so, one line for each. Assertions are not removed in every run, and are
 * left out.
 * @param {Counted} measured @returns {string[]}
 */
export function findStale(measured) {
  const published = JSON.parse(readFileSync(FILE, 'utf8'));
  const isCurrent = isDeepStrictEqual(countedOf(published), countedOf(measured));
  const isShown = readFileSync(README, 'utf8').includes(writeTable(published));
  return [
    ...(isCurrent ? [] : [`conformance/results/selftest.json is not what was measured: ${ADVICE}`]),
    ...(isShown ? [] : [`conformance/README.md shows other figures than selftest.json: ${ADVICE}`]),
  ];
}

/** @param {Counted} figures @returns {Counted} */
function countedOf({ server, application, middleware }) {
  return { server, application, middleware };
}

/** Publishes them. @param {Counted & Partial<Figures>} counted */
export function publish({ removal, ...counted }) {
  if (removal === undefined) throw new Error('no assertion was removed: nothing is published');
  const measured = { ...counted, removal };
  writeFileSync(FILE, `${JSON.stringify(measured, null, 2)}\n`);
  const text = readFileSync(README, 'utf8');
  const from = text.indexOf(BEGIN);
  const to = text.indexOf(END);
  if (from === -1 || to < from) throw new Error('conformance/README.md has no place for the table');
  writeFileSync(README, text.slice(0, from) + writeTable(measured) + text.slice(to + END.length));
}

/** @param {Figures} figures */
function writeTable({ server, application, middleware, removal }) {
  const roles = [server, application, middleware];
  /** @param {(role: RoleFigures) => string | number} cell */
  const cells = (cell) => roles.map((role) => cell(role)).join(' | ');
  const { modules } = removal;
  const rows = [
    '| | servers | applications | middleware |',
    '| --- | --- | --- | --- |',
    `| checks | ${cells(({ checks }) => checks)} |`,
    `| programs with one defect each | ${cells(({ mutants }) => mutants)} |`,
    `| failures declared for them | ${cells(({ declaredFailures }) => declaredFailures)} |`,
    `| legal variants, which must stay green | ${cells(({ legalVariants }) => legalVariants)} |`,
    `| faulty targets, which must end in exit code 3 | ${cells(({ faultyHarnesses }) => faultyHarnesses)} |`,
    `| MUST rules that can be tested: with a check | ${cells(({ must }) => `${must.withCheck} of ${must.testable}`)} |`,
    `| … with a program that breaks them | ${cells(({ must }) => `${must.withMutant} of ${must.testable}`)} |`,
    `| assertions whose removal is noticed | ${of(removal.server)} | ${of(modules)}, both together | |`,
  ];
  return `${BEGIN}\n${rows.map((row) => `${row}\n`).join('')}\n${END}`;
}

/** @param {Removal} removal */
function of({ noticed, assertions }) {
  return `${noticed} of ${assertions}`;
}
