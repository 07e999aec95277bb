/** Rule 1: one file that asks nobody for anything, as its security policy says, and readable without a script. */
import { createHash } from 'node:crypto';
import { OUTCOMES } from '../../outcome.ts';
import type { Outcome } from '../../outcome.ts';
import { verdictOf } from '../markdown-reporter.ts';
import type { Report, ReportedResult } from '../report.ts';
import { remarkOn, runFaults, standingOf } from '../standing.ts';
import { escapeHtml, writeLink } from './markup.ts';
import { groupByProfile, mergeReports } from './model.ts';
import type { RuleRow } from './model.ts';
import { writeProfile } from './rows.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';

/** A page about one report, or a comparison of several. */
export function writeHtml(reports: readonly Report[]): string {
  const rules = mergeReports(reports);
  const [first] = reports;
  const isSingle = reports.length === 1;
  const name = first === undefined ? '' : `${first.target.meta.name} ${first.target.meta.version}`;
  const title = isSingle ? `TSGI conformance of ${name}` : 'TSGI conformance compared';
  const widths = isSingle ? ['7.5rem', '3.6rem'] : ['7rem', '2.7rem'];
  return [
    '<!doctype html>',
    `<html lang="en" style="--n:${reports.length};--w:${widths[0]};--narrow:${widths[1]}">`,
    '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="${policy()}">`,
    `<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body>`,
    `<header><h1>${escapeHtml(title)}</h1>${first === undefined ? '' : writeSubtitle(first)}`,
    `<div class="cards">${reports.map(writeCard).join('')}</div></header>`,
    `<main>${writeTools(reports, rules)}`,
    writeAttention(reports),
    ...[...groupByProfile(rules)].map(([profile, rows]) => writeProfile(profile, rows, reports)),
    `</main><script>${SCRIPT}</script></body></html>\n`,
  ].join('\n');
}

function policy(): string {
  const hash = createHash('sha256').update(SCRIPT).digest('base64');
  return `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
}

function writeSubtitle({ kit, spec }: Report): string {
  return `<p class="dim">TSGI ${escapeHtml(spec.version)}, judged by ${escapeHtml(kit.name)} ${escapeHtml(kit.version)}</p>`;
}

function writeCard(report: Report, index: number, all: readonly Report[]): string {
  const { target, summary } = report;
  const { name, version, url, runtime } = target.meta;
  const number = all.length > 1 ? `<span class="number">${index + 1}</span>` : '';
  const isKnown = summary.exitCode === 0 && summary.xfail > 0;
  const state = isKnown ? 'known' : summary.exitCode === 0 ? 'good' : 'bad';
  const faults = runFaults(report).map(({ name: part, message }) => {
    return `<p class="fault">${escapeHtml(part)}: ${escapeHtml(message)}</p>`;
  });
  const present = OUTCOMES.filter((outcome) => summary[outcome] > 0);
  const parts = present.map(
    (outcome) => `<i class="o-${outcome}" style="flex:${summary[outcome]}"></i>`,
  );
  const counts = present.map((outcome) => {
    return `<span class="o-${outcome}">${summary[outcome]} ${outcome}</span>`;
  });
  const about = [target.kind, runtime, target.adapter].filter((part) => part !== undefined);
  return [
    `<div class="card ${state}"><h3>${number}${writeLink(`${name} ${version}`, url)}</h3>`,
    `<p>${escapeHtml(verdictOf(report))}</p><p class="dim">${about.map(escapeHtml).join(' · ')}</p>`,
    `<div class="bar">${parts.join('')}</div><div class="counts">${counts.join('')}</div>`,
    `${faults.join('')}</div>`,
  ].join('');
}

function writeTools(reports: readonly Report[], rules: readonly RuleRow[]): string {
  const outcomes = OUTCOMES.filter((outcome) =>
    reports.some(({ summary }) => summary[outcome] > 0),
  );
  const levels = [...new Set(rules.map(({ level }) => level))].toSorted();
  const profiles = [...groupByProfile(rules).keys()];
  return [
    `<div class="tools${outcomes.length > 3 ? ' tall' : ''}">`,
    '<input type="search" id="search" placeholder="id, title or words of the rule" aria-label="search">',
    `<div class="chips" role="group" aria-label="outcomes">${outcomes.map(writeChip).join('')}</div>`,
    `<select id="level" aria-label="level"><option value="">every level</option>${writeOptions(levels)}</select>`,
    `<select id="profile" aria-label="profile"><option value="">every profile</option>${writeOptions(profiles)}</select>`,
    '<button type="button" id="open">open all</button>',
    '<button type="button" id="theme" aria-label="light or dark">◐</button>',
    '<span class="shown" id="shown" role="status"></span></div>',
  ].join('');
}

function writeOptions(values: readonly string[]): string {
  return values.map((value) => `<option>${escapeHtml(value)}</option>`).join('');
}

function writeChip(outcome: Outcome): string {
  return `<button type="button" value="${outcome}" aria-pressed="false">${outcome}</button>`;
}

/** What a reader has to look at first. */
function writeAttention(reports: readonly Report[]): string {
  const items = reports.flatMap((report, index) => {
    const number = reports.length > 1 ? `<span class="dim">${index + 1}</span> ` : '';
    return report.results
      .filter(needsAttention)
      .map((result) => `<li>${number}${writeItem(result)}</li>`);
  });
  if (items.length === 0) return '';
  return `<h2>To look at <small>${items.length}</small></h2><ul class="attention">${items.join('')}</ul>`;
}

function needsAttention(result: ReportedResult): boolean {
  return ['bad', 'broken'].includes(standingOf(result)) || result.outcome === 'warn';
}

function writeItem(result: ReportedResult): string {
  const { check, outcome } = result;
  return [
    `<span class="o-${outcome}">${outcome}</span> `,
    `<a href="#${encodeURIComponent(check)}"><code>${escapeHtml(check)}</code></a> `,
    `<span class="dim">${escapeHtml(remarkOn(result).slice(0, 300))}</span>`,
  ].join('');
}
