// @ts-check
// A page for each rule: its text, the checks that are tied to it, the mutants that those catch, and
// how every server fares.

import { standingOf } from '../model/load-model.mjs';
import { anchorOf, escapeHtml, frontMatter, inline } from '../site/html.mjs';
import {
  routeOfCheck,
  routeOfMutant,
  routeOfPlace,
  routeOfResult,
  routeOfRule,
  routeOfTarget,
  routeOfText,
  signOf,
  tagsOf,
  verdictOf,
} from './rule-parts.mjs';

/** @typedef {import('../model/model.ts').Model} Model */
/** @typedef {import('../model/model.ts').Rule} Rule */
/** @typedef {import('../model/model.ts').Check} Check */
/** @typedef {import('../model/model.ts').Page} Page */

/**
 * @param {Model} model
 * @returns {readonly Page[]}
 */
export function rulePages(model) {
  return model.rules.map((rule, index) => rulePage(rule, { model, index }));
}

/**
 * @param {Rule} rule
 * @param {{ model: Model, index: number }} place index among all rules
 * @returns {Page}
 */
function rulePage(rule, { model, index }) {
  const head = frontMatter({
    title: rule.id,
    description: `${rule.id} (${rule.level}, ${rule.role}, ${rule.profile}): ${plain(rule.text)}`,
    pageClass: 'rule-page-layout',
    editLink: false,
    prev: neighbour(model.rules[index - 1]),
    next: neighbour(model.rules[index + 1]),
  });
  const parts = [
    `# ${rule.id}`,
    `<p class="tags">${tagsOf(rule)}</p>`,
    `<blockquote class="rule-text"><p>${inline(rule.text)}</p></blockquote>`,
    rule.intent === '' ? '' : `**Intent:** ${rule.intent}`,
    rule.why === undefined ? '' : `**Not testable:** ${rule.why}`,
    origin(rule),
    ...servers(rule, model),
    ...checks(rule, model),
    ...mutantTable(rule, model),
  ];
  return { path: `rules/${rule.id}.md`, text: `${head}\n${parts.filter(Boolean).join('\n\n')}\n` };
}

/** @param {Rule | undefined} rule */
function neighbour(rule) {
  return rule === undefined ? false : { text: rule.id, link: routeOfRule(rule.id) };
}

/** @param {string} text */
function plain(text) {
  return text.replaceAll('`', '');
}

/** @param {Rule} rule */
function origin(rule) {
  const where = rule.ofKit ? `the guide, ${rule.document}` : `spec/${rule.document}`;
  const since = rule.ofKit
    ? 'It is a rule of the kit, which binds what is handed to it; the specification does not have it.'
    : `In force since ${rule.since}.`;
  return `[Read it in its place](${routeOfText(rule)}): ${where}. ${since}`;
}

/**
 * @param {Rule} rule
 * @param {Model} model
 */
function servers(rule, model) {
  const { text, standings } = verdictOf(rule, model);
  if (text === '') return [];
  const rows = standings.map(
    ({ target, standing }) =>
      `<li>${signOf(standing)} <a href="${routeOfResult(target, rule, standing)}">${escapeHtml(target.name)}</a></li>`,
  );
  return ['## Servers', `<ul class="servers">${rows.join('')}</ul>`];
}

/**
 * @param {Rule} rule
 * @param {Model} model
 */
function checks(rule, model) {
  const command = `\n\`\`\`sh\ntsgi-conformance explain ${rule.id}\n\`\`\``;
  if (rule.checks.length === 0) {
    return [
      '## Checks',
      rule.testable
        ? 'This kit has no check of the rule.'
        : 'No kit can check the rule; the reason stands above.',
      command,
    ];
  }
  return ['## Checks', ...rule.checks.flatMap((check) => checkBlock(check, model)), command];
}

/**
 * @param {Check} check
 * @param {Model} model
 */
function checkBlock(check, model) {
  const { id, title, kind, anchor, requires, needs, place } = check;
  const caught = model.mutants
    .filter((mutant) => mutant.kind === kind)
    .filter(({ fails }) => fails.some((fail) => fail.check === id));
  const facts = [
    ...(kind === 'server' ? [] : [`judges ${kind === 'app' ? 'an application' : 'a middleware'}`]),
    ...(requires.length === 0 ? [] : [`only where the server has ${requires.join(', ')}`]),
    ...(needs.length === 0
      ? []
      : [`after ${needs.map((need) => linkCheck(need, kind, model)).join(', ')}`]),
    `<a href="${routeOfPlace(place)}">source</a>`,
  ];
  const links = caught.map(
    (mutant) =>
      `<a href="${routeOfMutant(mutant)}" title="${escapeHtml(mutant.defect)}">${escapeHtml(mutant.id)}</a>`,
  );
  return [
    `### ${id} {#${anchor}}`,
    `<p>${inline(title)}</p>`,
    `<p class="facts">${facts.join(' · ')}</p>`,
    caught.length === 0 ? '' : `<p class="facts">catches ${links.join(' ')}</p>`,
    ...outcomes(check, model),
  ].filter(Boolean);
}

/**
 * @param {string} id
 * @param {Check['kind']} kind
 * @param {Model} model
 */
function linkCheck(id, kind, model) {
  const check = model.findCheck(id, kind);
  const name = `<code>${escapeHtml(id)}</code>`;
  return check === undefined ? name : `<a href="${routeOfCheck(check)}">${name}</a>`;
}

/**
 * What became of a check where it did not pass, with the reason.
 * @param {Check} check
 * @param {Model} model
 */
function outcomes({ id, kind }, { targets }) {
  if (kind !== 'server') return [];
  const rows = targets.flatMap((target) => {
    const standing = standingOf(target.outcomes[id]);
    if (standing === 'kept' || standing === 'unknown') return [];
    const { reason = '', message = '' } = target.remarks[id] ?? {};
    const remark = [reason, message].filter(Boolean).map(inline).join(': ');
    return [
      `<li>${signOf(standing)} <a href="${routeOfTarget(target)}#${anchorOf(id)}">${escapeHtml(target.name)}</a> ${remark}</li>`,
    ];
  });
  return rows.length === 0 ? [] : [`<ul class="servers remarks">${rows.join('')}</ul>`];
}

/**
 * @param {Rule} rule
 * @param {Model} model
 */
function mutantTable(rule, model) {
  if (rule.mutants.length === 0) return [];
  const items = rule.mutants.map((mutant) => {
    const caught = mutant.fails
      .filter(({ check }) => check.startsWith(`${rule.id}.`))
      .map(({ check }) => linkCheck(check, mutant.kind, model));
    return `<tr><td><a href="${routeOfMutant(mutant)}">${escapeHtml(mutant.id)}</a></td><td>${inline(mutant.defect)}</td><td>${caught.join('<br>')}</td><td><a href="${routeOfPlace(mutant.place)}" aria-label="source of ${escapeHtml(mutant.id)}">source</a></td></tr>`;
  });
  return [
    '## Mutants',
    'Programs with exactly one defect. The kit has to notice each, by the checks named and no other.',
    `<table class="mutants"><thead><tr><th scope="col">mutant</th><th scope="col">defect</th><th scope="col">caught by</th><th scope="col">code</th></tr></thead><tbody>${items.join('')}</tbody></table>`,
  ];
}
