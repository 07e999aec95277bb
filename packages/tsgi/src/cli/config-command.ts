import { didYouMean } from '../settings/did-you-mean.ts';
import { defaultOf, valueNameOf } from '../settings/describe-row.ts';
import { kindOf } from '../settings/kinds/table.ts';
import { flagOf, variableOf } from '../settings/names.ts';
import type { Origin } from '../settings/origin.ts';
import type { Resolved } from '../settings/resolved.ts';
import type { SettingRow } from '../settings/row.ts';
import { settingsSchema } from '../settings/schema.ts';
import { SETTING_ROWS, type SettingName } from '../settings/table.ts';
import { printValue } from '../settings/values.ts';
import { availableCpus } from '../settings/worker-count.ts';
import { createPaint } from './color.ts';
import { CommandError, EXIT } from './command-error.ts';

/** `tsgi config`: every value and where it comes from, the schema, or all about one setting. */
export function configCommand(resolved: Resolved): Promise<number> {
  const { flags } = resolved;
  process.stdout.write(`${write(flags.schema, flags.explain, flags.json)(resolved)}\n`);
  return Promise.resolve(EXIT.ok);
}

function write(
  schema: boolean | undefined,
  explain: string | undefined,
  json: boolean | undefined,
): (resolved: Resolved) => string {
  if (schema === true) {
    return () => JSON.stringify(settingsSchema(), null, 2);
  }
  if (explain !== undefined) {
    return (resolved) => explainSetting(explain, resolved);
  }
  return json === true ? listAsJson : listAsText;
}

function listAsText({ settings, origins }: Resolved): string {
  const paint = createPaint(settings.color, process.stdout);
  const rows = SETTING_ROWS.map(([name, row]) => [
    name as string,
    printSetting(row, settings[name]),
    describeOrigin(origins[name]),
  ]);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map(([name = '', value = '', origin = '']) => {
      const left = `${name.padEnd(widths[0] ?? 0)}  ${value.padEnd(widths[1] ?? 0)}`;
      return origin === 'default' ? paint('dim', `${left}  ${origin}`) : `${left}  ${origin}`;
    })
    .join('\n');
}

// `undefined` has no place in JSON: null says that there is no value.
function listAsJson({ settings, origins, configFile }: Resolved): string {
  const list = SETTING_ROWS.map(([name, row]) => [
    name,
    {
      value: settings[name] ?? null,
      text: settings[name] === undefined ? null : printValue(row, settings[name]),
      origin: origins[name],
    },
  ]);
  return JSON.stringify(
    { configFile: configFile ?? null, settings: Object.fromEntries(list) as unknown },
    null,
    2,
  );
}

function explainSetting(asked: string, { settings, origins }: Resolved): string {
  const found = SETTING_ROWS.find(([name]) =>
    [name, flagOf(name), `--${flagOf(name)}`, variableOf(name)].includes(asked),
  );
  if (found === undefined) {
    const hint = didYouMean(
      asked,
      SETTING_ROWS.map(([name]) => name),
    );
    throw new CommandError(EXIT.usage, `there is no setting ${asked}${hint}`);
  }
  const [name, row] = found;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['flag', flagText(name, row)],
    ['variable', [variableOf(name), ...(row.variables ?? [])].join(', ')],
    ['key', row.notInFile === true ? undefined : name],
    ['takes', `${kindOf(row).takes}${row.list === true ? '; a list of them' : ''}`],
    ['default', defaultOf(row) ?? 'none'],
    ['value', `${printSetting(row, settings[name])}, from: ${describeOrigin(origins[name])}`],
    ['commands', row.commands.join(', ')],
    ['reload', row.reloadable ? 'takes a new value' : 'takes no new value; restart'],
    ['since', row.since],
  ];
  const lines = facts.flatMap(([fact, text]) =>
    text === undefined ? [] : [`  ${fact.padEnd(9)} ${text}`],
  );
  return [`${name}: ${row.text}`, ...lines].join('\n');
}

function flagText(name: SettingName, row: SettingRow): string {
  const value = valueNameOf(row);
  const short = row.short === undefined ? '' : `-${row.short}, `;
  return `${short}--${flagOf(name)}${value === '' ? '' : ` ${value}`}`;
}

function printSetting(row: SettingRow, value: unknown): string {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) {
    return 'none';
  }
  const text = printValue(row, value) || '""';
  return value === 'auto' && row.kind === 'workers' ? `${text} (${availableCpus()})` : text;
}

/** Where a value comes from, in words. */
export function describeOrigin(origin: Origin): string {
  switch (origin.source) {
    case 'file':
      return origin.file;
    case 'environment':
      return `environment: ${origin.variable}`;
    case 'flag':
      return `flag: ${origin.flag}`;
    default:
      return origin.source;
  }
}
