// @ts-check
// A page for each folder that has none of its own: its pages with what they are about.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DOCS, GENERATED } from '../paths.mjs';
import { frontMatter } from '../site/html.mjs';
import { pagesIn } from '../site/page-list.mjs';

/** @typedef {import('../model/model.ts').Page} Page */

const SECTIONS = Object.freeze([
  {
    folder: 'start',
    title: 'Start',
    description:
      'From installing TSGI to a deployed application, and ways in for readers of other interfaces.',
  },
  { folder: 'guide', title: 'Guides', description: 'How to do one thing well, each on a page.' },
  {
    folder: 'explanation',
    title: 'Explanation',
    description: 'Why things are as they are, for readers who want to know more than how.',
  },
  {
    folder: 'reference',
    title: 'Reference',
    description:
      'Settings, commands, error codes, exit codes, log formats, middleware and interfaces, complete.',
  },
  {
    folder: 'conformance',
    title: 'Conformance',
    description: 'Which server keeps which rules, and how to judge your own.',
  },
  {
    folder: 'api',
    title: 'API',
    description: 'Every name that the packages export, by the specifier it is imported from.',
  },
  { folder: 'packages', title: 'Packages', description: 'What each package is for.' },
  {
    folder: 'examples',
    title: 'Examples',
    description: 'Whole programs, from a guestbook to servers.',
  },
  {
    folder: 'project',
    title: 'Project',
    description: 'How the project is laid out, how to contribute, what changed.',
  },
  {
    folder: 'spec/extensions',
    title: 'Extensions',
    description: 'Optional entries of the environ, a document each.',
  },
]);

/**
 * Made last, when all other pages are there.
 * @returns {readonly Page[]}
 */
export function sectionPages() {
  return SECTIONS.filter(({ folder }) => !existsSync(join(DOCS, folder, 'index.md'))).map(
    ({ folder, title, description }) => {
      const own = join(GENERATED, folder, 'index.md');
      const pages = pagesIn(folder, { deep: folder === 'api' }).filter(({ file }) => file !== own);
      const folders = folder === 'reference' ? REFERENCES : [];
      const items = pages.map((page) => `- [${page.title}](${page.route}): ${page.description}`);
      const head = frontMatter({ title, description, order: 0, editLink: false, aside: false });
      return {
        path: `${folder}/index.md`,
        text: `${head}\n# ${title}\n\n${description}\n\n${[...items, ...folders].join('\n')}\n`,
      };
    },
  );
}

const REFERENCES = Object.freeze([
  '- [Middleware](/reference/middleware/): every middleware of @tsgi/middleware, with its options and a sample.',
  '- [API](/api/): every name that the packages export.',
  '- [All rules](/rules/): every rule of the specification in one table.',
  '- [Packages](/packages/): what each package is for.',
]);
