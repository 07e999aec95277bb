import { kindOf } from './kinds/table.ts';
import type { CommandName, FlagRow, SettingRow } from './row.ts';
import { printValue } from './values.ts';

/** What stands for the value of a flag: `N`, `sync|async`; nothing for a switch. */
export function valueNameOf(row: FlagRow): string {
  return row.value ?? kindOf(row).value;
}

/** The default of a setting in words; undefined where there is none. */
export function defaultOf(row: SettingRow, command?: CommandName): string | undefined {
  const special = command === undefined ? undefined : row.defaultIn?.[command];
  if (special !== undefined) {
    return printValue(row, special);
  }
  return row.defaultText ?? (row.default === undefined ? undefined : printValue(row, row.default));
}
