// @ts-check
// Everything that the pages say of rules, checks, mutants and results, read from what the kit itself
// uses: the generated rules, the suites, the catalogues of mutants, the published results.

import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { needsOf, requirementsOf } from '../../../conformance/dist/engine/select-checks.js';
import { OUTCOMES } from '../../../conformance/dist/outcome.js';
import { findRule } from '../../../conformance/dist/rules.js';
import { loadCatalogue } from '../../../conformance/dist/selftest/broken-server.js';
import { loadModuleCatalogues } from '../../../conformance/dist/selftest/module-mutants.js';
import { applicationSuite } from '../../../conformance/dist/suites/application/suite.js';
import { middlewareSuite } from '../../../conformance/dist/suites/middleware/suite.js';
import { serverSuite } from '../../../conformance/dist/suites/server/suite.js';
import { ROOT } from '../paths.mjs';
import { anchorOf } from '../site/html.mjs';
import { locate, readSources } from './locate.mjs';

/** @typedef {import('./model.ts').Check} Check */
/** @typedef {import('./model.ts').Kind} Kind */
/** @typedef {import('./model.ts').Model} Model */
/** @typedef {import('./model.ts').Mutant} Mutant */
/** @typedef {import('./model.ts').Rule} Rule */
/** @typedef {import('./model.ts').Standing} Standing */
/** @typedef {import('./model.ts').Target} Target */
/** @typedef {import('./model.ts').WrittenRule} WrittenRule */

const RESULTS = 'conformance/results/servers';

/** @returns {Promise<Model>} */
export async function loadModel() {
  const checks = loadChecks();
  const byKindAndId = new Map(checks.map((check) => [`${check.kind} ${check.id}`, check]));
  const mutants = await loadMutants();
  /** @type {readonly WrittenRule[]} */
  const written = readJson('spec/rules.json').rules;
  const known = new Set(written.map(({ id }) => id));
  const own = [...new Set(checks.map(({ rule }) => rule))].filter((id) => !known.has(id));
  const byRule = groupByRule(checks);
  /** @type {(rule: WrittenRule) => Rule} */
  const complete = (rule) =>
    Object.assign({}, rule, {
      ofKit: !known.has(rule.id),
      checks: byRule.get(rule.id) ?? [],
      mutants: mutantsOf(rule.id, mutants),
    });
  const rules = [...written, ...own.toSorted().map(ruleOfKit)].map(complete);
  return {
    rules,
    ruleById: new Map(rules.map((rule) => [rule.id, rule])),
    checks,
    findCheck: (id, kind) => byKindAndId.get(`${kind} ${id}`),
    mutants,
    targets: loadTargets(),
  };
}

/**
 * @param {readonly Check[]} checks
 * @returns {Map<string, Check[]>}
 */
function groupByRule(checks) {
  /** @type {Map<string, Check[]>} */
  const groups = new Map();
  for (const check of checks) {
    groups.set(check.rule, [...(groups.get(check.rule) ?? []), check]);
  }
  return groups;
}

/**
 * @param {string} id
 * @returns {WrittenRule}
 */
function ruleOfKit(id) {
  const rule = findRule(id);
  if (rule === undefined) throw new Error(`a check is tied to ${id}, which is no rule`);
  const [document = '', anchor = ''] = rule.anchor.split('#');
  const kept = { intent: '', testable: true, since: '', status: 'active' };
  return { ...rule, document, anchor, ...kept };
}

/** @returns {readonly Check[]} */
function loadChecks() {
  const sources = readSources('conformance/src/suites', /\.ts$/);
  /** @type {readonly [Kind, string, readonly { id: string, title: string }[]][]} */
  const suites = [
    ['server', 'server', serverSuite],
    ['app', 'application', applicationSuite],
    ['middleware', 'middleware', middlewareSuite],
  ];
  const taken = new Set();
  const anchorFor = (/** @type {string} */ id, /** @type {Kind} */ kind) => {
    const anchor = taken.has(id) ? `${anchorOf(id)}-${kind}` : anchorOf(id);
    taken.add(id);
    return anchor;
  };
  return suites.flatMap(([kind, folder, suite]) => {
    const own = sources.filter(({ file }) => file.startsWith(`conformance/src/suites/${folder}/`));
    return suite
      .map(({ id, title }) => ({
        id,
        rule: id.slice(0, id.indexOf('.')),
        title,
        kind,
        anchor: anchorFor(id, kind),
        requires: kind === 'server' ? requirementsOf(serverCheck(id)) : [],
        needs: kind === 'server' ? needsOf(serverCheck(id)) : [],
        place: locate(own, id),
      }))
      .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  });
}

/** @param {string} id */
function serverCheck(id) {
  const check = serverSuite.find((member) => member.id === id);
  if (check === undefined) throw new Error(`the suite has no check ${id}`);
  return check;
}

/** @returns {Promise<readonly Mutant[]>} */
async function loadMutants() {
  const { mutants } = await loadCatalogue();
  const catalogues = await loadModuleCatalogues();
  const ofServers = mutants.map((mutant) => describeMutant(mutant, 'server'));
  const ofModules = catalogues.flatMap(({ kind, mutants: members }) =>
    members.map((mutant) => describeMutant(mutant, kind === 'application' ? 'app' : 'middleware')),
  );
  return [...ofServers, ...ofModules];
}

/** @type {Map<string, readonly import('./locate.mjs').Source[]>} */
const mutantSources = new Map();

/**
 * @param {{ id: string, defect: string, fails: Readonly<Partial<Record<string, string>>> }} mutant
 * @param {Kind} kind
 * @returns {Mutant}
 */
function describeMutant({ id, defect, fails }, kind) {
  const folder = `conformance/mutants/${kind === 'app' ? 'application' : kind}`;
  const sources = mutantSources.get(folder) ?? readSources(folder, /mutants\.mjs$/);
  mutantSources.set(folder, sources);
  const caught = Object.entries(fails).map(([check, message = '']) => ({ check, message }));
  return { id, defect, kind, place: locate(sources, id), fails: caught };
}

/**
 * @param {string} rule
 * @param {readonly Mutant[]} mutants
 */
function mutantsOf(rule, mutants) {
  return mutants.filter(({ fails }) => fails.some(({ check }) => check.startsWith(`${rule}.`)));
}

/** @returns {readonly Target[]} */
function loadTargets() {
  return readdirSync(join(ROOT, RESULTS))
    .filter((file) => file.endsWith('.json'))
    .toSorted()
    .map((file) => {
      const { target, outcomes, remarks } = readJson(`${RESULTS}/${file}`);
      const { name, version, runtime, adapter } = target;
      return { slug: basename(file, '.json'), name, version, runtime, adapter, outcomes, remarks };
    });
}

/** @param {string} path from the root */
function readJson(path) {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
}

/** @type {Readonly<Record<string, Standing>>} */
const STANDINGS = {
  pass: 'kept',
  info: 'kept',
  xfail: 'expected',
  warn: 'warned',
  skip: 'unchecked',
};
/** @type {ReadonlySet<string>} */
const KNOWN = new Set(OUTCOMES);

const ORDER = /** @type {const} */ (['broken', 'warned', 'expected', 'kept', 'unchecked']);

/**
 * How one outcome of the kit stands.
 * @param {string | undefined} outcome
 * @returns {Standing}
 */
export function standingOf(outcome) {
  if (outcome === undefined) return 'unknown';
  if (!KNOWN.has(outcome)) {
    throw new Error(`the results have an outcome that the kit does not know: ${outcome}`);
  }
  return STANDINGS[outcome] ?? 'broken';
}

/** @type {WeakMap<Target, ReadonlyMap<string, ReadonlySet<Standing>>>} */
const standingsOf = new WeakMap();

/**
 * How a target stands towards a rule: as the worst of its checks.
 * @param {Target} target
 * @param {string} rule
 * @returns {Standing}
 */
export function standingTowards(target, rule) {
  const byRule = standingsOf.get(target) ?? collectStandings(target);
  standingsOf.set(target, byRule);
  const found = byRule.get(rule);
  return ORDER.find((standing) => found?.has(standing)) ?? 'unknown';
}

/**
 * @param {Target} target
 * @returns {ReadonlyMap<string, ReadonlySet<Standing>>}
 */
function collectStandings({ outcomes }) {
  /** @type {Map<string, Set<Standing>>} */
  const byRule = new Map();
  for (const [check, outcome] of Object.entries(outcomes)) {
    const rule = check.slice(0, check.indexOf('.'));
    const found = byRule.get(rule) ?? new Set();
    byRule.set(rule, found.add(standingOf(outcome)));
  }
  return byRule;
}
