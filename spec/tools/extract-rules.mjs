// @ts-check
// node spec/tools/extract-rules.mjs [--check] [--root DIR]
// Reads the rules of the specification and writes rules.json and the generated modules. With
// --check it writes nothing and names every stale file. Exit 1: stale files or faulty rules.

import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { argv, exit, stderr, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import { checkRuleSet, parseRules } from './rules.mjs';
import { writeRulesJson, writeRulesModule } from './rules-output.mjs';

/** @typedef {import('./rules.mjs').Rule} Rule */
/** @typedef {import('./rules.mjs').Problem} Problem */

const RULES_JSON = 'spec/rules.json';
const MODULES = Object.freeze(['packages/lint/src/rules.gen.ts', 'conformance/src/rules.gen.ts']);

/**
 * The documents that hold rules, in their fixed order.
 * @param {string} root
 * @returns {string[]} paths below spec/
 */
export function listDocuments(root) {
  const folder = join(root, 'spec/extensions');
  const names = existsSync(folder) ? readdirSync(folder).toSorted() : [];
  const extensions = names
    .filter((name) => name.endsWith('.md'))
    .map((name) => `extensions/${name}`);
  const documents = ['tsgi-1.0.md', 'tsgi-async-1.0.md', ...extensions];
  return documents.filter((name) => existsSync(join(root, 'spec', name)));
}

/**
 * Reads all rules below a root and says what is wrong with them.
 * @param {string} root
 * @returns {{ rules: Rule[], problems: Problem[] }}
 */
export function extractRules(root) {
  /** @type {Rule[]} */
  const rules = [];
  /** @type {Problem[]} */
  const problems = [];
  /** @type {Map<string, Map<string, number>>} */
  const lines = new Map();
  for (const document of listDocuments(root)) {
    const found = parseRules(document, readFileSync(join(root, 'spec', document), 'utf8'));
    rules.push(...found.rules);
    lines.set(document, found.lines);
    problems.push(...found.problems);
  }
  const path = join(root, RULES_JSON);
  const committed = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).rules : [];
  /** @param {Rule} rule */
  const lineOf = (rule) => lines.get(rule.document)?.get(rule.id) ?? 1;
  problems.push(...checkRuleSet(rules, committed, lineOf));
  return { rules, problems };
}

/**
 * Runs the command.
 * @param {readonly string[]} args
 * @returns {number} the exit code
 */
export function run(args) {
  const rootAt = args.indexOf('--root');
  const here = dirname(fileURLToPath(import.meta.url));
  const root = rootAt < 0 ? resolve(here, '../..') : resolve(args[rootAt + 1] ?? '.');
  const { rules, problems } = extractRules(root);
  for (const { document, line, message } of problems) {
    stderr.write(`spec/${document}:${line}: ${message}\n`);
  }
  if (problems.length > 0) return 1;
  const module = writeRulesModule(rules);
  const files = [
    { path: RULES_JSON, text: writeRulesJson(rules) },
    ...MODULES.map((path) => ({ path, text: module })),
  ];
  const stale = files.filter(({ path, text }) => readOr(join(root, path), '') !== text);
  if (args.includes('--check')) {
    for (const { path } of stale)
      stderr.write(`${path} is stale: run spec/tools/extract-rules.mjs\n`);
    return stale.length > 0 ? 1 : 0;
  }
  for (const { path, text } of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  stdout.write(`${rules.length} rules, ${stale.length} files written\n`);
  return 0;
}

/**
 * @param {string} path
 * @param {string} fallback
 */
function readOr(path, fallback) {
  return existsSync(path) ? readFileSync(path, 'utf8') : fallback;
}

if (argv[1] !== undefined && resolve(argv[1]) === fileURLToPath(import.meta.url)) {
  exit(run(argv.slice(2)));
}
