import type { SettingRow } from './row.ts';
import { LIMIT_ROWS } from './rows-limits.ts';
import { OPERATION_ROWS } from './rows-operation.ts';
import { SERVING_ROWS } from './rows-serving.ts';
import { WORKER_ROWS } from './rows-workers.ts';
import type { KindValues } from './kinds/kind.ts';

/** The one table: flags, variables, configuration, help, completion and reference come from it. */
export const SETTINGS: typeof SERVING_ROWS &
  typeof WORKER_ROWS &
  typeof LIMIT_ROWS &
  typeof OPERATION_ROWS = { ...SERVING_ROWS, ...WORKER_ROWS, ...LIMIT_ROWS, ...OPERATION_ROWS };

type Table = typeof SETTINGS;

/** The name of a setting, as in the configuration file. */
export type SettingName = keyof Table;

/** The rows of the table in its order. */
export const SETTING_ROWS: ReadonlyArray<readonly [SettingName, SettingRow]> = Object.entries(
  SETTINGS satisfies Readonly<Record<string, SettingRow>>,
) as ReadonlyArray<readonly [SettingName, SettingRow]>;

/** What one value of a row is, once parsed. */
export type ValueOf<Row> = Row extends { readonly choices: readonly (infer Choice)[] }
  ? Choice
  : Row extends { readonly kind: infer Kind extends keyof KindValues }
    ? KindValues[Kind]
    : never;

type SettingValue<Row> =
  | (Row extends { readonly list: true } ? readonly ValueOf<Row>[] : ValueOf<Row>)
  | (Row extends { readonly default: undefined } ? undefined : never);

/**
 * Every setting with its value: durations in milliseconds, sizes in octets, undefined where there
 * is no value.
 */
export type Settings = { readonly [Name in SettingName]: SettingValue<Table[Name]> };
