// @ts-check
// The site for programs that read text: `llms.txt` lists the pages, `llms-full.txt` holds what was
// written for people, and every page has a Markdown twin at its address with `.md` behind it.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DIST, DOCS, fromRoot, GENERATED } from '../paths.mjs';
import { splitFrontMatter } from './front-matter.mjs';
import { pagesIn, readPage } from './page-list.mjs';
import { resolveLink } from './routes.mjs';

/** @typedef {import('../model/model.ts').PageInfo} PageInfo */

const SECTIONS = Object.freeze(
  /** @type {readonly (readonly [title: string, folder: string, full: boolean])[]} */ ([
    ['Start', 'start', true],
    ['Guide', 'guide', true],
    ['Specification', 'spec', true],
    ['Conformance', 'conformance', false],
    ['Explanation', 'explanation', true],
    ['Reference', 'reference', true],
    ['API', 'api', false],
    ['Examples', 'examples', false],
    ['Decisions', 'adr', false],
    ['Project', 'project', false],
  ]),
);

/** @param {string} base the path under which the site is served, with a slash at both ends */
export function writeLlms(base) {
  const home = readPage(DOCS, 'index.md');
  const listed = SECTIONS.map(
    ([title, folder, full]) =>
      /** @type {const} */ ([title, pagesIn(folder, { deep: true }), full]),
  );
  const sections = listed.map(
    ([title, pages]) => `## ${title}\n\n${pages.map((page) => entry(page, base)).join('\n')}`,
  );
  const head = `# TSGI\n\n> ${home.description}\n`;
  const rules = `## Rules\n\n- [Every rule as data](${base}spec/rules.json): id, level, role, profile, text and intent; ${base}rules/ID is the page of a rule.`;
  writeFileSync(join(DIST, 'llms.txt'), `${[head.trimEnd(), ...sections, rules].join('\n\n')}\n`);
  const whole = listed.filter(([, , full]) => full).flatMap(([, pages]) => pages);
  writeFileSync(
    join(DIST, 'llms-full.txt'),
    [home, ...whole].map((page) => twin(page, base)).join('\n\n'),
  );
  for (const page of [home, ...listed.flatMap(([, pages]) => pages)]) {
    const file = join(DIST, addressOf(page));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, twin(page, base));
  }
}

/** @param {PageInfo} page */
function addressOf({ route }) {
  return route.endsWith('/') ? `${route.slice(1)}index.md` : `${route.slice(1)}.md`;
}

/**
 * @param {PageInfo} page
 * @param {string} base
 */
function entry(page, base) {
  return `- [${page.title}](${base}${addressOf(page)}): ${page.description}`;
}

/**
 * The Markdown of a page with links that lead somewhere on the site.
 * @param {PageInfo} page
 * @param {string} base
 */
function twin({ file, body }, base) {
  const { data } = splitFrontMatter(readFileSync(file, 'utf8'));
  const from = data['source'] ?? fromRoot(file);
  const whole = body.replaceAll(/<!--@include: (\S+)-->/g, (_comment, path) => {
    const part = join(dirname(file), path);
    return existsSync(part) ? readFileSync(part, 'utf8') : '';
  });
  return whole
    .split(/(^(?:`{3,}|~{3,})[^]*?^(?:`{3,}|~{3,})$|`[^`\n]*`)/m)
    .map((part, index) => (index % 2 === 1 ? part : withAddresses(part, from, base)))
    .join('')
    .trimStart();
}

/**
 * @param {string} text
 * @param {string} from
 * @param {string} base
 */
function withAddresses(text, from, base) {
  return text.replaceAll(/\]\(([^)\s]+)\)/g, (link, href) => {
    if (from.startsWith(fromRoot(GENERATED)) && !href.startsWith('/')) return link;
    const { href: target } = resolveLink(href, from);
    return `](${target.startsWith('/') ? base + target.slice(1) : target})`;
  });
}
