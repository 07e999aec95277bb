import { statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { howToRunTypeScript, typeScriptSupport } from '../cli/import-module.ts';
import { splitSpecifier } from '../cli/load-application.ts';
import { APPLICATION_NAMES } from '../settings/default-names.ts';
import type { Resolved } from '../settings/resolved.ts';
import { type Finding, findingsOn } from './finding.ts';

/** Whether the file of the application is there; it is not loaded, since loading has effects. */
export function checkApplication({ settings }: Resolved): readonly Finding[] {
  const find = findingsOn('application');
  if (settings.app === undefined) {
    const text = `none is named, and there is none of ${APPLICATION_NAMES}`;
    return find('fail', `${text}; name it: tsgi serve FILE`);
  }
  const { file } = splitSpecifier(settings.app);
  const isFile = statSync(resolve(file), { throwIfNoEntry: false })?.isFile() ?? false;
  return isFile
    ? find('ok', settings.app)
    : find('fail', `there is no file ${file} in ${process.cwd()}`);
}

/** Which configuration file counts. It has been read: a broken one ends the command before. */
export function checkConfigFile({ configFile, cwd, warnings }: Resolved): readonly Finding[] {
  const find = findingsOn('configuration');
  return [
    ...find(
      'ok',
      configFile === undefined
        ? 'no file; defaults, environment and flags count'
        : relative(cwd, configFile),
    ),
    ...warnings.flatMap((warning) => find('warn', warning)),
  ];
}

/** Whether this runtime runs TypeScript, where the application is written in it. */
export function checkTypeScript({ settings }: Resolved): readonly Finding[] {
  const find = findingsOn('typescript');
  const support = typeScriptSupport();
  if (support !== undefined) {
    return find('ok', `modules run by ${support}`);
  }
  return /\.[mc]?tsx?$/.test(splitSpecifier(settings.app ?? '').file)
    ? find('fail', howToRunTypeScript())
    : find('ok', 'not needed; this runtime runs none');
}
