import type { AccessFormatter } from './custom-format.ts';
import { escapeBare } from './escape.ts';

/** How lines for people are written. */
export interface DevFormatOptions {
  /** Whether the line has the colours of a terminal. Default false. */
  readonly color?: boolean | undefined;
}

/** The codes of ECMA-48 that change the colour of a status of each class. */
const STATUS_COLORS: Readonly<Record<string, number>> = { 2: 32, 3: 36, 4: 33, 5: 31 };
const DIM = 2;
const RED = 31;

/** Lines for people: `12:56:39 GET /x 200 3.1 ms 12 B`, with `~` where the response was cut off. */
export function devFormat({ color = false }: DevFormatOptions = {}): AccessFormatter {
  const paint = (text: string, code: number): string =>
    color ? `\u001b[${code}m${text}\u001b[0m` : text;
  return (record) => {
    const { method = '-', target = '-', status, bytesSent, startedAt, duration, aborted } = record;
    const parts = [
      paint(new Date(startedAt).toTimeString().slice(0, 8), DIM),
      escapeBare(method),
      escapeBare(target),
      paint(status?.toString() ?? '---', STATUS_COLORS[String(status).charAt(0)] ?? RED),
      paint(formatDuration(duration), DIM),
      paint(formatSize(bytesSent), DIM),
    ];
    if (aborted) {
      parts.push(paint('~ aborted', RED));
    }
    return parts.join(' ');
  };
}

function formatDuration(milliseconds: number): string {
  const duration = Math.max(0, milliseconds);
  return duration < 1000 ? `${duration.toFixed(1)} ms` : `${(duration / 1000).toFixed(2)} s`;
}

function formatSize(octets: number): string {
  if (octets < 1024) {
    return `${octets} B`;
  }
  return octets < 1024 * 1024
    ? `${(octets / 1024).toFixed(1)} KiB`
    : `${(octets / 1024 / 1024).toFixed(1)} MiB`;
}
