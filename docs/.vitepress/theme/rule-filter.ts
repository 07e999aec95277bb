import { LEVELS, PROFILES, ROLES } from '../../../spec/tools/vocabulary.mjs';

/** What the filter of the rules asks for, by the key of the query string. */
export type Query = Partial<Record<Key | 'q', string>>;

type Key = 'level' | 'role' | 'profile' | 'testable' | 'mutants' | 'differ';

interface Filter {
  readonly key: Key;
  readonly label: string;
  readonly values: readonly string[];
}

/** The lists to choose from; each names a data attribute of the rows. */
export const FILTERS: readonly Filter[] = [
  { key: 'level', label: 'Level', values: LEVELS },
  { key: 'role', label: 'Role', values: ROLES },
  { key: 'profile', label: 'Profile', values: PROFILES },
  { key: 'testable', label: 'Testable', values: ['yes', 'no'] },
  { key: 'mutants', label: 'Has a mutant', values: ['yes', 'no'] },
  { key: 'differ', label: 'Servers differ', values: ['yes', 'no'] },
];

/** Reads the query string; what no list offers is left out. */
export function readQuery(search: string): Query {
  const parameters = new URLSearchParams(search);
  const chosen = FILTERS.flatMap(({ key, values }) => {
    const value = parameters.get(key);
    return value !== null && values.includes(value) ? [[key, value] as const] : [];
  });
  const words = parameters.get('q');
  return Object.fromEntries(words === null ? chosen : [...chosen, ['q', words] as const]);
}

/** The address of the page with the query in it. */
export function writeQuery(href: string, query: Query): string {
  const url = new URL(href);
  const entries = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  url.search = new URLSearchParams(entries).toString();
  return url.href;
}

/** What the filter looks at in a row of a table, and changes. */
export interface FilteredRow {
  readonly textContent: string | null;
  readonly dataset: Readonly<Record<string, string | undefined>>;
  hidden: boolean;
}

/** Hides the rows that do not fit, and says how many are left. */
export function filterRows(rows: readonly FilteredRow[], { q = '', ...lists }: Query): number {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const row of rows) {
    const text = row.textContent?.toLowerCase() ?? '';
    const fits =
      words.every((word) => text.includes(word)) &&
      Object.entries(lists).every(
        ([key, value]) => value === undefined || row.dataset[key] === value,
      );
    row.hidden = !fits;
    shown += fits ? 1 : 0;
  }
  return shown;
}
