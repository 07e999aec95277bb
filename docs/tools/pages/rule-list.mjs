// @ts-check
// All rules in one table. Rows carry what the filter of the theme looks at; without scripts the page is
// the table alone.

import { standingTowards } from '../model/load-model.mjs';
import { escapeHtml, frontMatter, inline } from '../site/html.mjs';
import { routeOfRule, SIGNS } from './rule-parts.mjs';

/** @typedef {import('../model/model.ts').Model} Model */
/** @typedef {import('../model/model.ts').Rule} Rule */
/** @typedef {import('../model/model.ts').Page} Page */

/**
 * @param {Model} model
 * @returns {Page}
 */
export function ruleList(model) {
  const rules = model.rules.filter(({ ofKit }) => !ofKit);
  const testable = rules.filter((rule) => rule.testable).length;
  const checked = rules.filter((rule) => rule.checks.length > 0).length;
  const head = frontMatter({
    title: 'All rules',
    description:
      'Every rule of the specification in one table, with filters by level, role and profile.',
    aside: false,
    editLink: false,
    pageClass: 'wide',
    search: false,
    prev: false,
    next: false,
  });
  return {
    path: 'rules/index.md',
    text: `${head}
# All rules

${rules.length} rules, of which ${testable} can be tested and ${checked} have checks. The columns of servers
show who keeps a rule; every id leads to the page of the rule.

<RuleFilter />

<div class="table-frame" tabindex="0" role="region" aria-label="All rules">
<table id="rules-table">
<thead><tr><th scope="col">rule</th><th scope="col">level</th><th scope="col">role</th><th scope="col">profile</th><th scope="col">text</th><th scope="col">checks</th><th scope="col">mutants</th><th scope="col">servers</th></tr></thead>
<tbody>
${rules.map((rule) => row(rule, model)).join('\n')}
</tbody></table>
</div>
`,
  };
}

/**
 * @param {Rule} rule
 * @param {Model} model
 */
function row(rule, { targets }) {
  const { id, level, role, profile, testable, checks, mutants } = rule;
  const standings = targets.map((target) => standingTowards(target, id));
  const judged = standings.some((standing) => standing !== 'unknown' && standing !== 'unchecked');
  const kept = standings.filter((standing) => standing === 'kept').length;
  const parting = standings.some((standing) => ['expected', 'warned', 'broken'].includes(standing));
  const sign = judged
    ? `${parting ? SIGNS.expected.sign : SIGNS.kept.sign} ${kept}/${targets.length}`
    : '–';
  const data = Object.entries({
    level,
    role,
    profile,
    testable: testable ? 'yes' : 'no',
    mutants: mutants.length > 0 ? 'yes' : 'no',
    differ: parting ? 'yes' : 'no',
  }).map(([key, value]) => `data-${key}="${value}"`);
  return [
    `<tr ${data.join(' ')}><th scope="row"><a href="${routeOfRule(id)}">${id}</a></th>`,
    `<td>${level}</td><td>${role}</td><td>${profile}</td><td>${inline(rule.text)}</td>`,
    `<td>${testable ? checks.length : '<abbr title="not testable">n/t</abbr>'}</td><td>${mutants.length}</td>`,
    `<td class="nowrap${parting ? ' expected' : ''}">${escapeHtml(sign)}</td></tr>`,
  ].join('');
}
