// @ts-check
// The sidebar: folders are its sections, `title` and `order` of the pages their entries.

import { pagesIn } from './page-list.mjs';

/** @typedef {{ text: string, link?: string, collapsed?: boolean, items?: Item[] }} Item */

/** @returns {Record<string, Item[]>} */
export function buildSidebar() {
  const start = section('Start', 'start');
  const guide = section('Guide', 'guide');
  const reading = [start, guide, section('Explanation', 'explanation'), examples()];
  const specification = [
    section('Specification', 'spec'),
    section('Extensions', 'spec/extensions'),
    rules(),
  ];
  const reference = [
    section('Reference', 'reference'),
    section('Middleware', 'reference/middleware', true),
    folded(section('API', 'api', true)),
    section('Packages', 'packages', true),
  ];
  const project = [section('Project', 'project'), section('Decisions', 'adr')];
  return {
    '/start/': reading,
    '/guide/': reading,
    '/explanation/': reading,
    '/examples/': reading,
    '/spec/': specification,
    '/rules/': specification,
    '/conformance/': conformance(),
    '/reference/': reference,
    '/api/': reference,
    '/packages/': reference,
    '/project/': project,
    '/adr/': project,
  };
}

/**
 * @param {string} text
 * @param {string} folder
 * @param {boolean} [collapsed]
 * @returns {Item}
 */
function section(text, folder, collapsed) {
  const pages = pagesIn(folder, { deep: folder === 'api' }).map(({ title, route }) => ({
    text: title,
    link: route,
  }));
  const index = pages.find(({ link }) => link === `/${folder}/`);
  return {
    text,
    ...(index === undefined ? {} : { link: index.link }),
    ...(collapsed === undefined ? {} : { collapsed }),
    items: pages.filter((page) => page !== index),
  };
}

/** @returns {Item} */
function examples() {
  return { ...section('Examples', 'examples'), collapsed: true };
}

/** @param {Item} item */
function isOfKit({ link = '' }) {
  return /\/(?:results|mutants)$/.test(link);
}

/** What the kit says of itself, and the reports of the servers. @returns {Item[]} */
function conformance() {
  const { items = [], ...all } = section('Conformance', 'conformance');
  const rulesPage = { text: 'All rules', link: '/rules/' };
  return [
    { ...all, items: [...items.filter(isOfKit), rulesPage] },
    { text: 'Servers', items: items.filter((item) => !isOfKit(item)) },
  ];
}

/**
 * Puts the parts of a package below it: `@tsgi/middleware/compress` below `@tsgi/middleware`.
 * @param {Item} whole
 * @returns {Item}
 */
function folded({ items = [], ...whole }) {
  /** @type {Map<string, Item & { items: Item[] }>} */
  const packages = new Map();
  for (const { text, link } of items) {
    const [, name = text, part] = /^((?:@[^/]+\/)?[^/]+)(?:\/(.+))?$/.exec(text) ?? [];
    const known = packages.get(name) ?? { text: name, items: [] };
    packages.set(name, known);
    if (part === undefined) Object.assign(known, { link });
    else known.items.push({ text: part, ...(link === undefined ? {} : { link }) });
  }
  const readmes = new Set(pagesIn('packages').map(({ route }) => route));
  for (const entry of packages.values()) {
    const readme = `/packages/${entry.text.replace('@tsgi/', '')}`;
    if (readmes.has(readme)) entry.link ??= readme;
  }
  return { ...whole, items: [...packages.values()].map(unfolded) };
}

/** @param {Item & { items: Item[] }} entry without an empty list @returns {Item} */
function unfolded({ items, ...entry }) {
  return items.length === 0 ? entry : Object.assign(entry, { collapsed: true, items });
}

/** @returns {Item} */
function rules() {
  return {
    text: 'Rules and tables',
    items: [
      { text: 'All rules', link: '/rules/' },
      { text: 'Mutants', link: '/conformance/mutants' },
      { text: 'PEP 3333, clause by clause', link: '/spec/rationale#pep-3333-clause-by-clause' },
    ],
  };
}
