import { takesFlag } from './argv.ts';
import { FLAG_ROWS } from './flags-table.ts';
import type { CommandName, FlagRow, GroupName, SettingRow } from './row.ts';
import { SETTING_ROWS } from './table.ts';

/** The titles of the groups of settings, in the order in which they are shown. */
export const GROUPS: Readonly<Record<GroupName, string>> = {
  application: 'Application',
  listening: 'Listening',
  tls: 'TLS',
  proxies: 'Proxies',
  workers: 'Workers',
  timeouts: 'Timeouts',
  limits: 'Limits',
  logs: 'Logs',
  operation: 'Operation',
  development: 'Development',
};

/** Everything with a flag, in the order of the tables. */
export const ALL_ROWS: ReadonlyArray<readonly [string, FlagRow]> = [...SETTING_ROWS, ...FLAG_ROWS];

/** What is shown together. */
export interface Group {
  readonly title: string;
  readonly rows: ReadonlyArray<readonly [string, FlagRow]>;
}

/** The flags of a command, group by group; its own come first. */
export function groupsOf(command: CommandName): readonly Group[] {
  const own = FLAG_ROWS.filter(([name, row]) => takesFlag(command, name, row));
  const settings = SETTING_ROWS.filter(([name, row]) => takesFlag(command, name, row));
  const groups = (Object.entries(GROUPS) as [GroupName, string][]).map(([group, title]) => ({
    title,
    rows: settings.filter(([, row]: readonly [string, SettingRow]) => row.group === group),
  }));
  return [{ title: 'Options', rows: own }, ...groups].filter(({ rows }) => rows.length > 0);
}
