// @ts-check
// What the published results say: the matrix, a report for each server, and the list of mutants.

import { standingOf, standingTowards } from '../model/load-model.mjs';
import { anchorOf, counted, escapeHtml, frontMatter, inline } from '../site/html.mjs';
import {
  anchorOfResult,
  routeOfCheck,
  routeOfPlace,
  routeOfRule,
  routeOfTarget,
  signOf,
} from './rule-parts.mjs';
import { routeOfSource } from '../site/routes.mjs';

/** @typedef {import('../model/model.ts').Model} Model */
/** @typedef {import('../model/model.ts').Target} Target */
/** @typedef {import('../model/model.ts').Standing} Standing */
/** @typedef {import('../model/model.ts').Page} Page */

const SHOWN = /** @type {const} */ (['kept', 'expected', 'warned', 'broken', 'unchecked']);

/**
 * @param {Model} model
 * @returns {readonly Page[]}
 */
export function conformancePages(model) {
  return [...model.targets.map((target) => targetPage(target, model)), mutantsPage(model)];
}

/**
 * The profiles that rules of servers belong to, in the order of the specification.
 * @param {Model} model
 */
function profilesOf({ rules }) {
  return [...new Set(rules.filter(({ ofKit }) => !ofKit).map(({ profile }) => profile))];
}

/**
 * How many rules of a profile a target keeps, of those that bind servers.
 * @param {Target} target
 * @param {string} profile
 * @param {Model} model
 * @returns {ReadonlyMap<Standing, number>}
 */
function countRules(target, profile, { rules }) {
  /** @type {Map<Standing, number>} */
  const counts = new Map();
  for (const rule of rules) {
    if (rule.ofKit || rule.profile !== profile) continue;
    const standing = standingTowards(target, rule.id);
    counts.set(standing, (counts.get(standing) ?? 0) + 1);
  }
  return counts;
}

/**
 * What one cell of the matrix says.
 * @param {ReadonlyMap<Standing, number>} counts
 */
function cell(counts) {
  const kept = counts.get('kept') ?? 0;
  const parted = (counts.get('expected') ?? 0) + (counts.get('broken') ?? 0);
  const warned = counts.get('warned') ?? 0;
  const judged = kept + parted + warned;
  if (kept === 0 && parted === 0) return '<td class="unchecked" title="not offered">–</td>';
  const kind = parted > 0 ? 'expected' : warned > 0 ? 'warned' : 'kept';
  const rest = kept === judged ? '' : `<small>/${judged}</small>`;
  return `<td class="${kind}" title="${kept} of ${judged} rules">${signOf(kind)}${kept}${rest}</td>`;
}

/**
 * The matrix of profiles and servers, in HTML; who keeps most comes first.
 * @param {Model} model
 */
export function matrix(model) {
  const profiles = profilesOf(model);
  const heads = profiles.map(
    (profile) =>
      `<th scope="col"><a href="/rules/?profile=${profile}&role=server">${profile}</a></th>`,
  );
  const kept = (/** @type {Target} */ target) =>
    model.rules.filter(({ id }) => standingTowards(target, id) === 'kept').length;
  const ranked = model.targets.toSorted((one, other) => kept(other) - kept(one));
  const rows = ranked.map((target) => {
    const cells = profiles.map((profile) => cell(countRules(target, profile, model)));
    const name = `<a href="${routeOfTarget(target)}">${escapeHtml(target.name)}</a>`;
    return `<tr><th scope="row">${name} <small>${escapeHtml(target.runtime)}</small></th>${cells.join('')}</tr>`;
  });
  return [
    '<div class="table-frame" tabindex="0" role="region" aria-label="Rules kept, by server and profile">',
    `<table class="matrix"><thead><tr><th scope="col">server</th>${heads.join('')}</tr></thead>`,
    `<tbody>${rows.join('')}</tbody></table></div>`,
    `<p class="legend">${signOf('kept')} all rules that were checked are kept · ${signOf('warned')} a SHOULD is not kept · ${signOf('expected')} rules that are known not to be kept, each with its reason · – not offered, or not to be seen from outside.</p>`,
  ].join('\n');
}

/**
 * @param {Target} target
 * @param {Model} model
 * @returns {Page}
 */
function targetPage(target, model) {
  const counts = new Map(SHOWN.map((standing) => [standing, 0]));
  for (const outcome of Object.values(target.outcomes)) {
    const standing = /** @type {typeof SHOWN[number]} */ (standingOf(outcome));
    counts.set(standing, (counts.get(standing) ?? 0) + 1);
  }
  const total = SHOWN.filter((standing) => (counts.get(standing) ?? 0) > 0);
  const head = frontMatter({
    title: target.name,
    titleTemplate: ':title · Conformance · TSGI',
    description: `What ${target.name} keeps of the specification: every profile, and every check that did not pass with its reason.`,
    order: 10,
    editLink: false,
  });
  const profiles = profilesOf(model).map((profile) => {
    const kept = cell(countRules(target, profile, model));
    return `<tr><th scope="row"><a href="/rules/?profile=${profile}&role=server">${profile}</a></th>${kept}</tr>`;
  });
  return {
    path: `conformance/${target.slug}.md`,
    text: `${head}
# ${escapeHtml(target.name)}

Version ${target.version}, on ${target.runtime}, judged through [${target.adapter}](${routeOfSource(target.adapter)}).
Of ${Object.keys(target.outcomes).length} checks: ${total.map((standing) => `${counts.get(standing)} ${WORDS[standing]}`).join(', ')}.

## By profile

<table class="matrix"><thead><tr><th scope="col">profile</th><th scope="col">rules kept</th></tr></thead><tbody>${profiles.join('')}</tbody></table>

${remarkSection(target, model, { standing: 'broken', title: 'Rules that are broken' })}
${remarkSection(target, model, { standing: 'expected', title: 'Expected failures' })}
${remarkSection(target, model, { standing: 'warned', title: 'Warnings' })}
${skippedSection(target, model)}
${ruleSection(target, model)}
## Run it again

\`\`\`sh norun="needs a clone of the repository"
node conformance/bin/tsgi-conformance.mjs server ${target.adapter}
\`\`\`
`,
  };
}

const WORDS = Object.freeze({
  kept: 'passed',
  expected: 'failed as expected',
  warned: 'warned',
  broken: 'failed',
  unchecked: 'were left out',
});

/**
 * @param {Target} target
 * @param {Model} model
 * @param {{ standing: Standing, title: string }} section
 */
function remarkSection(target, model, { standing, title }) {
  const rows = Object.entries(target.outcomes)
    .filter(([, outcome]) => standingOf(outcome) === standing)
    .map(([id]) => {
      const { reason = '', message = '' } = target.remarks[id] ?? {};
      const remark = [reason, message].filter(Boolean).map(inline).join(': ');
      return `<tr id="${anchorOf(id)}"><td>${linkCheck(id, 'server', model)}</td><td>${remark}</td></tr>`;
    });
  if (rows.length === 0) return '';
  return `## ${title}

<table><thead><tr><th scope="col">check</th><th scope="col">reason</th></tr></thead><tbody>${rows.join('')}</tbody></table>
`;
}

/**
 * What was left out, by the reason that the kit gives.
 * @param {Target} target
 * @param {Model} model
 */
function skippedSection(target, model) {
  /** @type {Map<string, string[]>} */
  const groups = new Map();
  for (const [id, outcome] of Object.entries(target.outcomes)) {
    if (standingOf(outcome) !== 'unchecked') continue;
    const reason = target.remarks[id]?.reason ?? 'no reason given';
    groups.set(reason, [...(groups.get(reason) ?? []), id]);
  }
  if (groups.size === 0) return '';
  const parts = [...groups].map(
    ([reason, ids]) =>
      `<details><summary>${escapeHtml(sayReason(reason))}: ${counted(ids.length, 'check')}</summary><ul>${ids.map((id) => `<li id="${anchorOf(id)}">${linkCheck(id, 'server', model)}</li>`).join('')}</ul></details>`,
  );
  return `## Left out\n\n${parts.join('\n')}\n`;
}

/**
 * Every rule that the kit looks at, with how the server stands towards it.
 * @param {Target} target
 * @param {Model} model
 */
function ruleSection(target, { rules }) {
  const items = rules.flatMap(({ id }) => {
    const standing = standingTowards(target, id);
    if (standing === 'unknown') return [];
    return [
      `<li id="${anchorOfResult(id)}">${signOf(standing)} <a href="${routeOfRule(id)}">${id}</a></li>`,
    ];
  });
  return `## Rule by rule\n\n<ul class="servers rules">${items.join('')}</ul>\n`;
}

/** @param {string} reason */
function sayReason(reason) {
  if (reason.startsWith('capability:')) return `the server has no ${reason.slice(11)}`;
  if (reason === 'unimplemented-by-harness')
    return 'the kit cannot look there, or has no check yet';
  return reason === 'untestable' ? 'no kit can check the rule' : reason;
}

/**
 * @param {string} id a check, or the id of a rule with a word behind it
 * @param {import('../model/model.ts').Kind} kind
 * @param {Model} model
 */
function linkCheck(id, kind, model) {
  const check = model.findCheck(id, kind);
  const rule = model.ruleById.get(id.slice(0, id.indexOf('.')));
  const name = `<code>${escapeHtml(id)}</code>`;
  if (check !== undefined) return `<a href="${routeOfCheck(check)}">${name}</a>`;
  return rule === undefined ? name : `<a href="${routeOfRule(rule.id)}">${name}</a>`;
}

/**
 * @param {Model} model
 * @returns {Page}
 */
function mutantsPage(model) {
  const head = frontMatter({
    title: 'Mutants',
    order: 50,
    description:
      'Every program that the kit breaks on purpose, its one defect, and the checks that notice it.',
    editLink: false,
    aside: false,
    search: false,
    pageClass: 'wide',
  });
  const kinds = /** @type {const} */ ([
    ['server', 'Servers'],
    ['app', 'Applications'],
    ['middleware', 'Middleware'],
  ]);
  const sections = kinds.map(([kind, title]) => {
    const mutants = model.mutants.filter((mutant) => mutant.kind === kind);
    const rows = mutants.map((mutant) => {
      const checks = mutant.fails.map(({ check }) => linkCheck(check, kind, model)).join(' ');
      return `<tr id="${anchorOf(mutant.id)}"><th scope="row"><a href="${routeOfPlace(mutant.place)}" title="source">${escapeHtml(mutant.id)}</a></th><td>${inline(mutant.defect)}</td><td>${checks}</td></tr>`;
    });
    return `## ${title}

${counted(mutants.length, 'mutant')}.

<div class="table-frame" tabindex="0" role="region" aria-label="${title}">
<table class="mutants"><thead><tr><th scope="col">mutant</th><th scope="col">defect</th><th scope="col">noticed by</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table></div>`;
  });
  return {
    path: 'conformance/mutants.md',
    text: `${head}
# Mutants

A kit that finds nothing may be blind. This one is run against ${model.mutants.length} programs that have exactly
one defect each, and passes only if precisely the checks named here fail, with the messages that were
declared. The id of a mutant leads to its source, a check to the page of its rule. The
[kill matrix](/conformance/kill-matrix.html) shows the servers among them in one picture, with the messages.

${sections.join('\n\n')}
`,
  };
}
