import { CommandError, EXIT } from '../cli/command-error.ts';
import { didYouMean } from './did-you-mean.ts';
import { variableOf } from './names.ts';
import type { SettingRow } from './row.ts';
import { SETTING_ROWS, type SettingName } from './table.ts';
import { readTexts } from './values.ts';

/** The variables of a process. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** A value that the environment gives, and the variable that gave it. */
export interface Given {
  readonly value: unknown;
  readonly variable: string;
}

/**
 * What the environment says of a setting: its `TSGI_` variable, else the names that platforms use.
 * Empty variables count as absent. Throws a CommandError with exit code 2.
 */
export function readEnvironment(
  name: SettingName,
  row: SettingRow,
  env: Variables,
): Given | undefined {
  const found = textOf(name, row, env);
  if (found === undefined) {
    return undefined;
  }
  const { text, variable } = found;
  const source = { label: variable, exitCode: EXIT.usage };
  return { value: readTexts(row, [text], source), variable };
}

interface Found {
  readonly text: string;
  readonly variable: string;
}

function textOf(name: SettingName, row: SettingRow, env: Variables): Found | undefined {
  const own = variableOf(name);
  const special = SPECIAL[name];
  return (
    plain(own, env) ??
    (special === undefined
      ? row.variables?.map((variable) => plain(variable, env)).find((found) => found !== undefined)
      : special(env))
  );
}

function plain(variable: string, env: Variables): Found | undefined {
  const text = env[variable];
  return text === undefined || text === '' ? undefined : { text, variable };
}

/** Variables whose text is not that of the setting. */
const SPECIAL: Readonly<Partial<Record<SettingName, (env: Variables) => Found | undefined>>> = {
  bind: bindOfPlatform,
  color: colorOfPlatform,
};

// A platform that sets PORT forwards to it from outside: loopback would not be reached.
function bindOfPlatform(env: Variables): Found | undefined {
  const host = plain('HOST', env);
  const port = plain('PORT', env);
  const variable = [host?.variable, port?.variable].filter(Boolean).join(' and ');
  if (host === undefined && port === undefined) {
    return undefined;
  }
  if (port !== undefined && !isPort(port.text)) {
    const got = JSON.stringify(port.text);
    throw new CommandError(EXIT.usage, `PORT takes a port from 0 to 65535; got ${got}`);
  }
  const name = host?.text ?? '0.0.0.0';
  const bracketed = name.includes(':') && !name.startsWith('[') ? `[${name}]` : name;
  return { text: `${bracketed}:${port?.text ?? '8000'}`, variable };
}

function isPort(text: string): boolean {
  return /^[0-9]{1,5}$/.test(text) && Number(text) <= 65_535;
}

// As in Node.js, FORCE_COLOR counts before NO_COLOR.
function colorOfPlatform(env: Variables): Found | undefined {
  const force = plain('FORCE_COLOR', env);
  if (force !== undefined) {
    const off = force.text === '0' || force.text === 'false';
    return { text: off ? 'never' : 'always', variable: 'FORCE_COLOR' };
  }
  return plain('NO_COLOR', env) === undefined ? undefined : { text: 'never', variable: 'NO_COLOR' };
}

/** Variables that begin with TSGI_ and are read elsewhere in this project, or may be. */
const OTHERS = /^TSGI_(?:GUESTBOOK|KIT|TEST)_/;

/** A line for every `TSGI_` variable that is no setting. */
export function unknownVariables(env: Variables): readonly string[] {
  const names = SETTING_ROWS.map(([name]) => variableOf(name));
  return Object.keys(env)
    .filter((name) => name.startsWith('TSGI_') && !names.includes(name) && !OTHERS.test(name))
    .map((name) => `no setting has the variable ${name}${didYouMean(name, names)}`);
}
