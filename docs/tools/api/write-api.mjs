// @ts-check
// The reference of the interfaces: TypeDoc reads the sources of every published package and writes one
// page for each entry that a package exports. What is not documented, not exported or linked wrongly
// fails the build.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Application } from 'typedoc';
import { DOCS, ROOT } from '../paths.mjs';
import { readPages } from './api-pages.mjs';

/** @typedef {import('../model/model.ts').Page} Page */

/** @typedef {{ owner: string, name: string, file: string }} Entry owner the package, name as imported, file absolute */

/** Kinds that need a comment: everything that can be imported. */
const DOCUMENTED = [
  'Enum',
  'EnumMember',
  'Variable',
  'Function',
  'Class',
  'Interface',
  'TypeAlias',
  'Property',
  'Method',
  'Accessor',
];

/**
 * The entries of all published packages.
 * @returns {readonly Entry[]}
 */
export function listEntries() {
  const folders = readdirSync(join(ROOT, 'packages')).map((name) => `packages/${name}`);
  return [...folders, 'conformance'].flatMap((folder) => {
    const file = join(ROOT, folder, 'package.json');
    if (!existsSync(file)) return [];
    const { name, private: isPrivate, exports = {} } = JSON.parse(readFileSync(file, 'utf8'));
    if (isPrivate === true) return [];
    return Object.entries(exports).flatMap(([path, target]) => {
      const source = target['tsgi-source'];
      if (source === undefined) return [];
      return [
        {
          owner: name,
          name: path === '.' ? name : `${name}/${path.slice(2)}`,
          file: join(ROOT, folder, source),
        },
      ];
    });
  });
}

/** Options of the pages: one for each entry, with tables where a list would be long. */
const PAGES = Object.freeze({
  router: 'module',
  hidePageHeader: true,
  hideBreadcrumbs: true,
  hidePageTitle: true,
  useCodeBlocks: true,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  classPropertiesFormat: 'table',
  propertyMembersFormat: 'table',
  typeDeclarationFormat: 'table',
  typeDeclarationVisibility: 'compact',
  expandObjects: false,
  sanitizeComments: true,
  tableColumnSettings: { hideModifiers: true, hideSources: true, hideInherited: true },
  disableSources: true,
});

/**
 * The pages; throws where TypeDoc complains of anything.
 * @returns {Promise<readonly Page[]>}
 */
export async function apiPages() {
  const entries = listEntries();
  const application = await Application.bootstrapWithPlugins({
    entryPoints: entries.map(({ file }) => file),
    entryPointStrategy: 'resolve',
    tsconfig: join(DOCS, 'tsconfig.api.json'),
    plugin: ['typedoc-plugin-markdown'],
    readme: 'none',
    // The build has type-checked them already.
    skipErrorChecking: true,
    disableGit: true,
    excludeInternal: true,
    excludePrivate: true,
    excludeExternals: true,
    logLevel: 'Warn',
    sort: ['kind', 'source-order'],
    packagesRequiringDocumentation: [...new Set(entries.map(({ owner }) => owner))],
    requiredToBeDocumented: /** @type {any} */ (DOCUMENTED),
    validation: { notExported: true, invalidLink: true, notDocumented: true },
    ...PAGES,
  });
  const project = await application.convert();
  if (project === undefined) throw new Error('TypeDoc could not read the sources');
  const nameByFile = new Map(entries.map(({ file, name }) => [file, name]));
  for (const module of project.children ?? []) {
    const { fileName = '' } = project.getSymbolIdFromReflection(module) ?? {};
    module.name = nameByFile.get(fileName) ?? module.name;
  }
  application.validate(project);
  if (application.logger.hasErrors() || application.logger.hasWarnings()) {
    throw new Error('TypeDoc found what is listed above: every public symbol has a doc comment');
  }
  const folder = mkdtempSync(join(tmpdir(), 'tsgi-api-'));
  try {
    await application.outputs.writeOutput({ name: 'markdown', path: folder }, project);
    return readPages(folder, entries);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
