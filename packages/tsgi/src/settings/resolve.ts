import { resolve as resolvePath } from 'node:path';
import { CommandError, EXIT } from '../cli/command-error.ts';
import { type CommandLine, checkFlags, type GivenFlag, parseArgv, takesFlag } from './argv.ts';
import { chooseCommand } from './choose-command.ts';
import { type ConfigFile, readConfigFile } from './config-file.ts';
import { checkConflicts } from './conflicts.ts';
import { findApplication } from './default-names.ts';
import { readEnvironment, unknownVariables, type Variables } from './environment.ts';
import type { Flags } from './flags-table.ts';
import { labelOf, type Origin } from './origin.ts';
import type { Resolved } from './resolved.ts';
import type { CommandName, SettingRow } from './row.ts';
import { SETTING_ROWS, type SettingName, SETTINGS, type Settings } from './table.ts';
import { readTexts } from './values.ts';

/**
 * What the defaults, the configuration file, the environment and the arguments say, each counting
 * before the ones named before it. Throws a CommandError with exit code 2, or with 78 where the
 * configuration file is broken.
 */
export async function resolveSettings(
  argv: readonly string[],
  env: Variables,
  cwd: string,
): Promise<Resolved> {
  const line = parseArgv(argv);
  const { command, application, operands } = chooseCommand(line.operands, cwd);
  checkFlags(line, command);
  const given: Inputs = { command, line, application, env };
  const isConfigured = takesFlag(command, 'config', SETTINGS.config);
  const file = isConfigured ? await readFile(given, cwd) : undefined;
  const picked = SETTING_ROWS.map(([name]) => [name, pickValue(name, given, file)] as const);
  const settings = Object.fromEntries(picked.map(([name, { value }]) => [name, value]));
  const origins = Object.fromEntries(picked.map(([name, { origin }]) => [name, origin]));
  const resolved = {
    command,
    settings: withDefaultApplication(settings as Settings, cwd),
    origins: origins as Resolved['origins'],
    flags: readFlags(line),
    operands,
    argv,
    cwd,
    configFile: file?.path,
    warnings: [...unknownVariables(env), ...(file?.warnings ?? [])],
  };
  // what `init` writes may be for a web server, whose certificate is none of the server's
  if (isConfigured && command !== 'init') {
    checkConflicts(resolved.settings, resolved.origins, command);
  }
  return resolved;
}

interface Inputs {
  readonly command: CommandName;
  readonly line: CommandLine;
  /** The operand that names the application. */
  readonly application: string | undefined;
  readonly env: Variables;
}

interface Picked {
  readonly value: unknown;
  readonly origin: Origin;
}

const ROWS: ReadonlyMap<string, SettingRow> = new Map(SETTING_ROWS);

function readFile(given: Inputs, cwd: string): Promise<ConfigFile | undefined> {
  const { value, origin } = pickValue('config', given, undefined);
  return readConfigFile(
    { value: value as string | undefined, label: labelOf('config', origin) },
    cwd,
  );
}

// Values that do not count in the end are read all the same: a mistake is told wherever it is.
function pickValue(name: SettingName, inputs: Inputs, file: ConfigFile | undefined): Picked {
  const row = ROWS.get(name) as SettingRow;
  const { command, line, env } = inputs;
  const flag = line.flags.get(name);
  const fromFlag = flag && pickFlag(flag);
  const variable = takesFlag(command, name, row) ? readEnvironment(name, row, env) : undefined;
  if (name === 'app' && inputs.application !== undefined) {
    return pickOperand(inputs.application, flag);
  }
  if (fromFlag !== undefined) {
    return fromFlag;
  }
  if (variable !== undefined) {
    const origin = { source: 'environment', variable: variable.variable } as const;
    return { value: variable.value, origin };
  }
  if (file?.values.has(name) === true) {
    const origin = { source: 'file', file: file.file, key: name } as const;
    return { value: file.values.get(name), origin };
  }
  return { value: row.defaultIn?.[command] ?? row.default, origin: { source: 'default' } };
}

function pickOperand(application: string, flag: GivenFlag | undefined): Picked {
  if (flag !== undefined) {
    throw new CommandError(
      EXIT.usage,
      `${application} and --app name an application each; one is served`,
    );
  }
  return { value: application, origin: { source: 'argument' } };
}

function pickFlag(given: GivenFlag): Picked {
  return { value: readFlag(given), origin: { source: 'flag', flag: given.flag } };
}

function readFlag({ row, flag, texts }: GivenFlag): unknown {
  return readTexts(row, texts, { label: flag, exitCode: EXIT.usage });
}

// Texts of single commands are taken as they are: a comma in a header field divides no list.
function readFlags({ flags }: CommandLine): Flags {
  const own = [...flags.values()].filter(({ name }) => !ROWS.has(name));
  return Object.fromEntries(
    own.map((flag) => [flag.name, flag.row.kind === 'text' ? takeText(flag) : readFlag(flag)]),
  ) as Flags;
}

function takeText({ row, texts }: GivenFlag): unknown {
  return row.list === true ? texts : texts.at(-1);
}

function withDefaultApplication(settings: Settings, cwd: string): Settings {
  const directory = resolvePath(cwd, settings.chdir ?? '.');
  return settings.app === undefined ? { ...settings, app: findApplication(directory) } : settings;
}
