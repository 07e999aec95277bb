import { describe } from '@tsgi/server';
import { CommandError } from '../cli/command-error.ts';
import { kindOf } from './kinds/table.ts';
import type { FlagRow } from './row.ts';

/** Where a value comes from: how messages call it, and the exit code if it is wrong. */
export interface ValueSource {
  readonly label: string;
  readonly exitCode: number;
}

/** Reads what flags or a variable say; lists may be written with commas. Throws a CommandError. */
export function readTexts(row: FlagRow, texts: readonly string[], source: ValueSource): unknown {
  return row.list === true
    ? texts.flatMap(splitList).map((text) => readText(row, text, source))
    : readText(row, texts.at(-1) ?? '', source);
}

/** Reads what a configuration file says: a text as in a flag, or a value. Throws a CommandError. */
export function readValue(row: FlagRow, value: unknown, source: ValueSource): unknown {
  if (row.list !== true) {
    return readOne(row, value, source);
  }
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.map((item, index) =>
    readOne(row, item, values === value ? within(source, index) : source),
  );
}

function within(source: ValueSource, index: number): ValueSource {
  return { ...source, label: source.label.replace(/^[\w-]+/, (name) => `${name}[${index}]`) };
}

/** Writes a value as a flag or a variable would have it. */
export function printValue(row: FlagRow, value: unknown): string {
  const { print } = kindOf(row);
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.map((item) => print(item as never)).join(',');
}

function readOne(row: FlagRow, value: unknown, source: ValueSource): unknown {
  if (typeof value === 'string' && row.kind !== 'boolean') {
    return readText(row, value, source);
  }
  return checked(row, kindOf(row).read?.(value), { source, got: value });
}

function readText(row: FlagRow, text: string, source: ValueSource): unknown {
  return checked(row, kindOf(row).parse(text), { source, got: text });
}

interface Given {
  readonly source: ValueSource;
  readonly got: unknown;
}

function checked(row: FlagRow, value: unknown, { source, got }: Given): unknown {
  const kind = kindOf(row);
  if (value === undefined) {
    throw new CommandError(
      source.exitCode,
      `${source.label} takes ${kind.takes}; got ${describeGiven(got)}`,
    );
  }
  if (row.most !== undefined && (value as number) > row.most) {
    const most = kind.print(row.most);
    throw new CommandError(
      source.exitCode,
      `${source.label} takes at most ${most}; got ${describeGiven(got)}`,
    );
  }
  return value;
}

function describeGiven(got: unknown): string {
  if (typeof got === 'bigint') {
    return `${got}n`;
  }
  const text: string | undefined = JSON.stringify(got);
  return text ?? describe(got);
}

// Commas within braces belong to a glob: `*.{ts,js}`.
function splitList(text: string): readonly string[] {
  const parts = text.match(/(?:\{[^{}]*\}|[^,])+/g) ?? [];
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}
