import { takesFlag } from '../settings/argv.ts';
import { flagOf } from '../settings/names.ts';
import { SETTING_ROWS, type SettingName } from '../settings/table.ts';
import { printValue } from '../settings/values.ts';
import { oneLine } from './refuse.ts';
import type { Plan } from './plan.ts';

/** What the text of a configuration says of these by itself, or what is no setting of a server. */
const ELSEWHERE: ReadonlySet<string> = new Set(['app', 'config', 'chdir']);

/**
 * The words after `tsgi`: `serve`, the application, and a flag for each setting that was given.
 * `instead` has flags in place of these: the words of the flag, or none to leave it out.
 */
export function serveWords(
  plan: Plan,
  instead: Readonly<Partial<Record<SettingName, readonly string[]>>> = {},
): readonly string[] {
  const words = SETTING_ROWS.flatMap(([name, row]) => {
    const replaced = instead[name];
    if (replaced !== undefined) {
      return replaced;
    }
    return plan.isGiven(name) && takesFlag('serve', name, row) && !ELSEWHERE.has(name)
      ? flagWords(name, row, plan.settings[name])
      : [];
  });
  return ['serve', plan.app, ...words];
}

type Row = (typeof SETTING_ROWS)[number][1];

function flagWords(name: string, row: Row, value: unknown): readonly string[] {
  if (row.kind === 'boolean') {
    return [value === true ? `--${flagOf(name)}` : `--no-${flagOf(name)}`];
  }
  const text = oneLine(`--${flagOf(name)}`, printValue(row, value));
  return text.startsWith('-') || text === ''
    ? [`--${flagOf(name)}=${text}`]
    : [`--${flagOf(name)}`, text];
}

/** A word as a POSIX shell reads it. */
export function quoteShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
