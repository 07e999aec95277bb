import { dirname, resolve, sep } from 'node:path';
import { splitSpecifier } from '../cli/load-application.ts';
import type { Resolved } from '../settings/resolved.ts';
import type { WatchOptions } from './file-watcher.ts';
import { compileGlobs } from './glob.ts';

/** What causes a reload unless the operator says otherwise. */
export const RELOAD_INCLUDE: readonly string[] = ['*.{js,mjs,cjs,ts,mts,cts,jsx,tsx,json}'];
/** What never does. */
export const RELOAD_EXCLUDE: readonly string[] = ['node_modules', '.*', '*~', '#*#'];

/** What `tsgi dev` watches: the directories asked for, that of the application, the configuration. */
export function watchOptions({
  settings,
  configFile,
}: Pick<Resolved, 'settings' | 'configFile'>): Pick<
  WatchOptions,
  'folders' | 'files' | 'include' | 'exclude'
> {
  const { app, reloadDir, reloadInclude, reloadExclude } = settings;
  const asked = reloadDir.length === 0 ? ['.'] : reloadDir;
  const own = app === undefined ? [] : [dirname(splitSpecifier(app).file)];
  const folders = withoutNested([...asked, ...own].map((folder) => resolve(folder)));
  const config = configFile === undefined ? [] : [resolve(configFile)];
  return {
    folders,
    files: config.filter((file) => !folders.some((folder) => isBelow(file, folder))),
    include: compileGlobs(reloadInclude.length === 0 ? RELOAD_INCLUDE : reloadInclude),
    exclude: compileGlobs([...RELOAD_EXCLUDE, ...reloadExclude]),
  };
}

function withoutNested(folders: readonly string[]): readonly string[] {
  const unique = [...new Set(folders)];
  return unique.filter((folder) => !unique.some((other) => isBelow(folder, other)));
}

function isBelow(path: string, folder: string): boolean {
  return path !== folder && path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}
