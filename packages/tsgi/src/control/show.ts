import { printValue } from '../settings/values.ts';
import { SETTING_ROWS, type Settings } from '../settings/table.ts';
import type { CommandResult, WorkerView } from './service.ts';

/** Writes the result of a command for people; ends in a line end. */
export function formatResult(command: string, result: unknown): string {
  switch (command) {
    case 'show workers':
      return formatWorkers(result as readonly WorkerView[]);
    case 'show stats':
      return formatPairs(Object.entries(result as object));
    case 'show settings':
      return formatSettings(result as Settings);
    case 'show listeners':
      return (result as readonly string[]).map((name) => `${name}\n`).join('');
    case 'show metrics':
      return result as string;
    default:
      return `${(result as CommandResult).message}\n`;
  }
}

const HEAD = ['WORKER', 'PID', 'STATE', 'AGE', 'REQUESTS', 'ACTIVE', 'CONNS', 'RSS', 'DELAY'];

function formatWorkers(workers: readonly WorkerView[]): string {
  const rows = workers.map((worker) => [
    String(worker.number),
    String(worker.pid),
    worker.reason === undefined ? worker.state : `${worker.state} (${worker.reason})`,
    `${Math.floor(worker.age)}s`,
    String(worker.requests),
    String(worker.active),
    String(worker.connections),
    `${(worker.rss / 1024 / 1024).toFixed(1)}M`,
    `${(worker.delayMax * 1000).toFixed(1)}ms`,
  ]);
  return formatTable([HEAD, ...rows]);
}

function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = HEAD.map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

function formatPairs(pairs: ReadonlyArray<readonly [string, unknown]>): string {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${name.padEnd(width)}  ${formatValue(value)}\n`).join('');
}

function formatValue(value: unknown): string {
  if (typeof value === 'number') {
    return String(Number.isInteger(value) ? value : Number(value.toFixed(3)));
  }
  if (Array.isArray(value)) {
    return value.join(', ');
  }
  if (typeof value === 'object' && value !== null) {
    const parts = Object.entries(value).map(([name, count]) => `${name} ${String(count)}`);
    return parts.length === 0 ? 'none' : parts.join(', ');
  }
  return String(value);
}

function formatSettings(settings: Settings): string {
  const rows = SETTING_ROWS.filter(([, { commands }]) => commands.includes('serve'));
  return formatPairs(
    rows.map(([name, row]) => [
      name,
      settings[name] === undefined ? '(none)' : printValue(row, settings[name]),
    ]),
  );
}
