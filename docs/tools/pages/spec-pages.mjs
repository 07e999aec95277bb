// @ts-check
// The documents of the specification as pages: the same Markdown, with every rule in a block of its
// own and beside it what the kit knows of it.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../paths.mjs';
import { frontMatter } from '../site/html.mjs';
import { routeOfSpec } from '../site/routes.mjs';
import { factsOf, tagsOf } from './rule-parts.mjs';

/** @typedef {import('../model/model.ts').Model} Model */
/** @typedef {import('../model/model.ts').Rule} Rule */
/** @typedef {import('../model/model.ts').Page} Page */

/** What the documents are, for lists and search engines; a document without an entry fails the build. */
const DOCUMENTS = Object.freeze(
  /** @type {Record<string, { title: string, description: string, order: number }>} */ ({
    'README.md': {
      title: 'The specification',
      description:
        'Which documents make up the standard, how rules are written and how they change.',
      order: 0,
    },
    'tsgi-1.0.md': {
      title: 'TSGI 1.0',
      description:
        'The core of the standard: environ, startResponse, bodies, framing, cleanup and errors, rule by rule.',
      order: 1,
    },
    'tsgi-async-1.0.md': {
      title: 'Asynchronous profile',
      description: 'The profile in which applications return promises and asynchronous bodies.',
      order: 2,
    },
    'registry.md': {
      title: 'Registry',
      description: 'Who owns which key of the environ, and how a key is registered.',
      order: 3,
    },
    'rationale.md': {
      title: 'Rationale',
      description:
        'Why the rules are what they are, which alternatives were refused, and a comparison with PEP 3333 and others.',
      order: 4,
    },
    'CHANGELOG.md': {
      title: 'Versions and changes',
      description: 'What changed between versions of the specification, by rule.',
      order: 6,
    },
    'vectors/README.md': {
      title: 'Test vectors',
      description: 'Inputs and outputs as JSON, for the first tests of a server in any language.',
      order: 5,
    },
  }),
);

/**
 * @param {Model} model
 * @returns {readonly Page[]}
 */
export function specPages(model) {
  const documents = readdirSync(join(ROOT, 'spec'), { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.md'))
    .toSorted();
  return documents.map((document) => specPage(document, model));
}

/**
 * @param {string} document path below spec/
 * @param {Model} model
 * @returns {Page}
 */
function specPage(document, model) {
  const text = readFileSync(join(ROOT, 'spec', document), 'utf8');
  const rules = new Map(
    model.rules.filter((rule) => rule.document === document).map((rule) => [rule.id, rule]),
  );
  const route = document === 'vectors/README.md' ? '/spec/vectors' : routeOfSpec(document);
  const path = `${route.slice(1).replace(/\/$/, '/index')}.md`;
  const head = frontMatter({ ...describe(document, text), source: `spec/${document}` });
  const legend = rules.size === 0 ? '' : LEGEND;
  const body = markRules(text, rules, (rule) => factsOf(rule, model));
  return { path, text: head + body.replace(/^(# .*\n)/m, `$1${legend}`) };
}

const LEGEND = `
<p class="rule-legend">Each rule has an address of its own, its number of checks and mutants, and how many of
the servers in this repository keep it. Open the line below a rule to see them by name, or look at
<a href="/rules/">all rules in one table</a>.</p>
`;

/**
 * @param {string} document
 * @param {string} text
 */
function describe(document, text) {
  const known = DOCUMENTS[document];
  if (known !== undefined) return known;
  if (!document.startsWith('extensions/')) {
    throw new Error(`spec/${document}: say in docs/tools/pages/spec-pages.mjs what it is`);
  }
  const title = (/^# (.+)$/m.exec(text)?.[1] ?? document).replaceAll('`', '');
  const first = /\n\n([A-Z`][^]*?\.)(?:\s|$)/.exec(text.slice(text.indexOf('\n\n')))?.[1] ?? '';
  const sentence = first.replaceAll(/\s+/g, ' ').replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1');
  return { title, description: `${title}: ${sentence.replaceAll('`', '')}`, order: 10 };
}

const RULE_HEADING = /^#### ([A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+)$/;
const TAGS = /^`(?:MUST|SHOULD|MAY)` +`[^`]+` +`[^`]+`$/;
const FIELD = /^(?:Intent|Untestable|Since|Status): /;

/**
 * Puts every rule of a document into a block and facts below it.
 * @param {string} text
 * @param {ReadonlyMap<string, Rule>} rules
 * @param {(rule: Rule) => string} facts
 */
export function markRules(text, rules, facts) {
  const blocks = text.split('\n\n');
  /** @type {string[]} */
  const out = [];
  /** @type {{ rule: Rule, parts: number } | undefined} */
  let open;
  for (const block of blocks) {
    if (open !== undefined && (open.parts >= 2 ? !FIELD.test(block.trim()) : false)) {
      out.push(facts(open.rule), '</div>');
      open = undefined;
    }
    const rule = rules.get(RULE_HEADING.exec(block.trim())?.[1] ?? '');
    if (rule !== undefined) {
      out.push('<div class="rule">', block);
      open = { rule, parts: 0 };
    } else if (open !== undefined) {
      out.push(
        TAGS.test(block.trim()) ? `<p class="tags">${tagsOf(open.rule)}</p>` : markField(block),
      );
      open.parts += 1;
    } else {
      out.push(block);
    }
  }
  if (open !== undefined) out.push(facts(open.rule), '</div>');
  return out.join('\n\n');
}

/**
 * The name of a field stands out from what it says.
 * @param {string} block
 */
function markField(block) {
  return block.replace(/^(Intent|Untestable|Since|Status): /, '**$1:** ');
}
