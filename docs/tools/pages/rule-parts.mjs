// @ts-check
// What is shown of a rule in more than one place.

import { anchorOf, counted, escapeHtml, inline } from '../site/html.mjs';
import { routeOf, routeOfSource, routeOfSpec } from '../site/routes.mjs';
import { standingTowards } from '../model/load-model.mjs';

/** @typedef {import('../model/model.ts').Model} Model */
/** @typedef {import('../model/model.ts').Rule} Rule */
/** @typedef {import('../model/model.ts').Check} Check */
/** @typedef {import('../model/model.ts').Mutant} Mutant */
/** @typedef {import('../model/model.ts').Standing} Standing */
/** @typedef {import('../model/model.ts').Target} Target */

/** How a standing is shown: its sign, its word, and what it says of a server. */
export const SIGNS = Object.freeze(
  /** @type {Record<Standing, { sign: string, word: string }>} */ ({
    kept: { sign: '✓', word: 'kept' },
    expected: { sign: '≈', word: 'expected failure' },
    warned: { sign: '!', word: 'warning' },
    broken: { sign: '✕', word: 'broken' },
    unchecked: { sign: '–', word: 'not checked' },
    unknown: { sign: '·', word: 'does not apply' },
  }),
);

/** @param {string} id */
export const routeOfRule = (id) => `/rules/${id}`;

/** @param {Check} check */
export const routeOfCheck = ({ anchor, rule }) => `${routeOfRule(rule)}#${anchor}`;

/** @param {Mutant} mutant */
export const routeOfMutant = ({ id }) => `/conformance/mutants#${anchorOf(id)}`;

/** @param {Target} target */
export const routeOfTarget = ({ slug }) => `/conformance/${slug}`;

/**
 * Where the report of a server speaks of a rule.
 * @param {Target} target
 * @param {Pick<Rule, 'id'>} rule
 * @param {Standing} standing
 */
export function routeOfResult(target, { id }, standing) {
  return standing === 'unknown'
    ? routeOfTarget(target)
    : `${routeOfTarget(target)}#${anchorOfResult(id)}`;
}

/** @param {string} rule */
export const anchorOfResult = (rule) => `rule-${anchorOf(rule)}`;

/**
 * Where a rule stands in its document.
 * @param {Rule} rule
 */
export function routeOfText({ document, anchor, ofKit }) {
  return `${ofKit ? routeOf(document).route : routeOfSpec(document)}#${anchor}`;
}

/** @param {{ file: string, line: number }} place */
export const routeOfPlace = ({ file, line }) => `${routeOfSource(file)}#L${line}`;

/**
 * Level, role and profile; each leads to the rules that have it.
 * @param {Rule} rule
 */
export function tagsOf({ level, role, profile, testable, status }) {
  return [
    tagLink('level', level),
    tagLink('role', role),
    tagLink('profile', profile),
    ...(testable ? [] : ['<a class="tag" href="/rules/?testable=no">not testable</a>']),
    ...(status === 'active' ? [] : ['<span class="tag">retired</span>']),
  ].join(' ');
}

/**
 * @param {string} key
 * @param {string} value
 */
function tagLink(key, value) {
  return `<a class="tag ${key}-${value.toLowerCase()}" href="/rules/?${key}=${value}">${value}</a>`;
}

/**
 * One sign with its word for those who do not see it.
 * @param {Standing} standing
 */
export function signOf(standing) {
  const { sign, word } = SIGNS[standing];
  return `<span class="sign ${standing}" role="img" aria-label="${word}" title="${word}">${sign}</span>`;
}

/**
 * The servers that do not keep a rule, or that all do.
 * @param {Rule} rule
 * @param {Model} model
 */
export function verdictOf(rule, { targets }) {
  const standings = targets.map((target) => ({
    target,
    standing: standingTowards(target, rule.id),
  }));
  const judged = standings.filter(({ standing }) => standing !== 'unknown');
  if (judged.length === 0) return { text: '', standings };
  const kept = judged.filter(({ standing }) => standing === 'kept').length;
  const unchecked = judged.every(({ standing }) => standing === 'unchecked');
  const text = unchecked ? 'not checked' : `kept by ${kept} of ${targets.length} servers`;
  return { text, standings };
}

/**
 * A link to a check with what it says.
 * @param {Check} check
 */
export function checkItem(check) {
  return `<li><a href="${routeOfCheck(check)}"><code>${escapeHtml(check.id)}</code></a> ${inline(check.title)}</li>`;
}

/**
 * A link to a mutant with what is wrong with it.
 * @param {Mutant} mutant
 */
export function mutantItem(mutant) {
  return `<li><a href="${routeOfMutant(mutant)}"><code>${escapeHtml(mutant.id)}</code></a> ${inline(mutant.defect)}</li>`;
}

/**
 * What stands beside a rule in the text of the specification: checks, mutants, results.
 * @param {Rule} rule
 * @param {Model} model
 */
export function factsOf(rule, model) {
  const { text, standings } = verdictOf(rule, model);
  const counts = [
    rule.checks.length === 0 ? 'no check' : counted(rule.checks.length, 'check'),
    ...(rule.mutants.length === 0 ? [] : [counted(rule.mutants.length, 'mutant')]),
    ...(text === '' ? [] : [text]),
  ];
  const page = `<a class="rule-page" href="${routeOfRule(rule.id)}" aria-label="${rule.id}: page of the rule">page of the rule</a>`;
  if (rule.checks.length === 0 && text === '') {
    return `<div class="rule-facts"><p>${counts.join(' · ')} · ${page}</p></div>`;
  }
  const results = standings.map(
    ({ target, standing }) =>
      `<li class="${standing}"><a href="${routeOfResult(target, rule, standing)}">${escapeHtml(target.name)}</a></li>`,
  );
  return [
    `<div class="rule-facts"><details><summary>${counts.join(' · ')}</summary>`,
    rule.checks.length === 0 ? '' : `<p>Checks</p><ul>${rule.checks.map(checkItem).join('')}</ul>`,
    rule.mutants.length === 0
      ? ''
      : `<p>Mutants</p><ul>${rule.mutants.map(mutantItem).join('')}</ul>`,
    text === '' ? '' : `<p>Servers</p><ul class="rule-results">${results.join('')}</ul>`,
    `</details>${page}</div>`,
  ].join('');
}
