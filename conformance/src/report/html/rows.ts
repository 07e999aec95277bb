import type { Outcome } from '../../outcome.ts';
import type { Report, ReportedResult } from '../report.ts';
import { standingOf } from '../standing.ts';
import { writeDetail } from './detail.ts';
import { escapeHtml, linkToRule, writeProse } from './markup.ts';
import { worstOf } from './model.ts';
import type { CheckRow, RuleRow } from './model.ts';

const GIST = 160;
/** With more targets than these, a narrow screen has room for marks alone. */
const MANY = 4;

const MARKS: Readonly<Record<Outcome, string>> = {
  pass: '✓',
  fail: '✕',
  warn: '!',
  info: 'i',
  skip: '–',
  xfail: '≈',
  xpass: '?',
  blocked: '⊘',
  error: '‼',
  notrun: '∅',
};

/** The rules of one profile as a table, a column for each target. */
export function writeProfile(
  name: string,
  rules: readonly RuleRow[],
  reports: readonly Report[],
): string {
  const checks = rules.reduce((sum, rule) => sum + rule.checks.length, 0);
  const told = `${plural(rules.length, 'rule')}, ${plural(checks, 'check')}`;
  return [
    `<section class="profile"><h2>${escapeHtml(name)} <small>${told}</small></h2>`,
    `<div class="grid${reports.length > MANY ? ' many' : ''}">${reports.length > 1 ? writeHeads(reports) : ''}`,
    ...rules.map((rule) => writeRule(rule, reports)),
    '</div></section>',
  ].join('\n');
}

function writeHeads(reports: readonly Report[]): string {
  const names = reports.map(({ target }, index) => {
    const name = escapeHtml(target.meta.name);
    const long = `<span class="long">${index + 1} ${name}</span><span class="short">${index + 1}</span>`;
    return `<span title="${name}">${long}</span>`;
  });
  return `<div class="row heads"><span></span>${names.join('')}</div>`;
}

function writeRule(row: RuleRow, reports: readonly Report[]): string {
  const { rule, level, profile, anchor, text, checks } = row;
  const cells = reports.map((_report, index) =>
    writeCell(checks.map(({ results }) => results[index])),
  );
  const id = escapeHtml(rule);
  return [
    `<details class="rule" id="${id}" data-level="${escapeHtml(level)}" data-profile="${escapeHtml(profile)}">`,
    `<summary class="row"><span class="name"><code>${id}</code><small>${escapeHtml(level)}</small><span class="gist">${escapeHtml(gistOf(text))}</span></span>`,
    `${cells.join('')}</summary><div class="inside"><p>${writeProse(text)} `,
    `<a href="${escapeHtml(linkToRule(anchor))}">in the specification</a> `,
    `<a class="anchor" href="#${encodeURIComponent(rule)}">link to this rule</a></p>`,
    ...checks.map((check) => writeCheck(check, reports)),
    '</div></details>',
  ].join('');
}

/** The first words of a rule; the whole of it stands inside. */
function gistOf(text: string): string {
  return text.length <= GIST ? text : `${text.slice(0, GIST).replace(/\s\S*$/, '')} …`;
}

/** What one target has done on several checks: the worst outcome, and how many have it. */
function writeCell(results: readonly (ReportedResult | undefined)[]): string {
  const outcomes = results.flatMap((result) => (result === undefined ? [] : [result.outcome]));
  const worst = worstOf(outcomes);
  if (worst === undefined)
    return '<span class="cell dim" title="not known to this report">·</span>';
  const many = outcomes.filter((outcome) => outcome === worst).length;
  const share = many === outcomes.length ? `${many}` : `${many}/${outcomes.length}`;
  const count = outcomes.length > 1 ? `<span class="count"> ${share}</span>` : '';
  const word = `<span class="word"> ${worst}</span>`;
  const title = `${worst}: ${many} of ${outcomes.length}`;
  return `<span class="cell o-${worst}" title="${title}">${MARKS[worst]}${word}${count}</span>`;
}

function writeCheck({ check, title, results }: CheckRow, reports: readonly Report[]): string {
  const outcomes = [...new Set(results.flatMap((result) => result?.outcome ?? []))];
  const id = escapeHtml(check);
  const isSingle = reports.length === 1;
  const details = results.flatMap((result, index) => {
    if (result === undefined || (!isSingle && !isNotable(result))) return [];
    const { name, version } = reports[index]?.target.meta ?? { name: '', version: '' };
    return [writeDetail(isSingle ? result : shorten(result), isSingle ? '' : `${name} ${version}`)];
  });
  const quiet = '<div class="detail dim">Nothing to tell but the outcomes.</div>';
  return [
    `<details class="check" id="${id}" data-outcomes="${outcomes.join(' ')}"><summary class="row">`,
    `<span class="name"><code>${id}</code><span class="title">${escapeHtml(title)}</span></span>`,
    ...results.map((result) => writeCell([result])),
    `</summary>${details.length === 0 ? quiet : details.join('')}`,
    `<div class="detail"><a class="anchor" href="#${encodeURIComponent(check)}">link to this check</a></div></details>`,
  ].join('');
}

/** In a comparison only what went wrong, or was excused, is told at length. */
function isNotable(result: ReportedResult): boolean {
  const standing = standingOf(result);
  return standing !== 'good' || result.outcome === 'warn';
}

function shorten(result: ReportedResult): ReportedResult {
  return standingOf(result) === 'left' ? { ...result, wire: [], trace: [], reproduce: '' } : result;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
