import type { Machine } from './machine.ts';
import type { Figure } from './statistics.ts';

/** The server without anything in front of it, beside the names of the doors. */
export const DIRECT = 'direct';

/** What one way to the application costs. */
export interface DoorCost {
  /** The name of a door, or `direct`. */
  readonly door: string;
  /** Microseconds of CPU time for a request. */
  readonly front: Figure;
  readonly backend: Figure;
  readonly total: Figure;
  /** Requests per second. */
  readonly rate: Figure;
  readonly connections: number;
  /** Requests that failed, all rounds together. */
  readonly failures: number;
}

/** What a measurement of the doors writes as JSON. */
export interface DoorsReport {
  readonly format: 'doors-1';
  /** ISO 8601, when the run began. */
  readonly date: string;
  readonly command: string;
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  readonly rounds: number;
  readonly seconds: number;
  readonly skipped: ReadonlyArray<{ readonly door: string; readonly reason: string }>;
  readonly doors: readonly DoorCost[];
}

/** Reads a report back. Throws a TypeError where the text is none of this format. */
export function parseDoorsReport(text: string): DoorsReport {
  const report = JSON.parse(text) as Partial<DoorsReport> | null;
  if (report?.format !== 'doors-1' || !Array.isArray(report.doors)) {
    throw new TypeError('not a report of the doors, format doors-1');
  }
  return report as DoorsReport;
}
