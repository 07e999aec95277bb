import { defaultOf } from './describe-row.ts';
import { kindOf } from './kinds/table.ts';
import type { KindName, SettingRow } from './row.ts';
import { SETTING_ROWS } from './table.ts';
import { printValue } from './values.ts';

/** A JSON schema. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The JSON schema (draft 2020-12) of configuration files. */
export function settingsSchema(): JsonSchema {
  const rows = SETTING_ROWS.filter(([, row]) => row.notInFile !== true);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Configuration of tsgi',
    type: 'object',
    additionalProperties: false,
    properties: {
      $schema: { type: 'string' },
      ...Object.fromEntries(rows.map(([name, row]) => [name, schemaOf(row)])),
    },
    $defs: Object.fromEntries(rows.flatMap(([, row]) => definitionOf(row))),
  };
}

function definitionOf(row: SettingRow): ReadonlyArray<readonly [KindName, JsonSchema]> {
  return row.kind === 'choice' ? [] : [[row.kind, kindOf(row).schema]];
}

function schemaOf(row: SettingRow): JsonSchema {
  const kind = row.kind === 'choice' ? kindOf(row).schema : { $ref: `#/$defs/${row.kind}` };
  const one =
    row.kind === 'count' && row.most !== undefined ? { ...kind, maximum: row.most } : kind;
  const initial = defaultOf(row);
  return {
    description: `${row.text}${initial === undefined ? '' : ` [${initial}]`}`,
    ...(row.list === true ? { anyOf: [one, { type: 'array', items: one }] } : one),
    ...(row.default === undefined || row.list === true ? {} : { default: plainDefault(row) }),
  };
}

// Durations and sizes are written as people write them; editors insert the default as it stands.
function plainDefault(row: SettingRow): unknown {
  return row.kind === 'duration' || row.kind === 'size'
    ? printValue(row, row.default)
    : row.default;
}
