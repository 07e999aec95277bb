import type { KindName } from '../settings/row.ts';
import type { SettingName, SETTINGS, ValueOf } from '../settings/table.ts';

type Table = typeof SETTINGS;

/** What a configuration file may hold for one value of a kind. */
interface WrittenValues {
  readonly boolean: boolean;
  readonly count: number | `${number}`;
  readonly workers: number | 'auto' | `${number}`;
  /** `30s`, `1m30s`, `500ms`; a number is seconds. */
  readonly duration: number | string;
  /** `8mb`, `64kib`; a number is octets. */
  readonly size: number | string;
}

type WrittenOne<Row> = Row extends { readonly kind: infer Kind extends KindName }
  ? Kind extends keyof WrittenValues
    ? WrittenValues[Kind]
    : Kind extends 'choice'
      ? ValueOf<Row>
      : string
  : never;

type Written<Row> = Row extends { readonly list: true }
  ? WrittenOne<Row> | readonly WrittenOne<Row>[]
  : WrittenOne<Row>;

type NameInFile = {
  [Name in SettingName]: Table[Name] extends { readonly notInFile: true } ? never : Name;
}[SettingName];

/**
 * What a configuration file exports. Durations are texts such as `30s` or numbers of seconds, sizes
 * texts such as `8mb` or numbers of octets; a list may be written as its only value.
 */
export type TsgiConfig = { readonly [Name in NameInFile]?: Written<Table[Name]> | undefined };

/** Gives a configuration back as it is; there for its type. */
export function defineConfig(config: TsgiConfig): TsgiConfig {
  return config;
}
