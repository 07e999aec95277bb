import type { Machine } from './machine.ts';
import type { PeerName } from './peers.ts';
import type { ScenarioName } from './scenarios.ts';
import { type Figure, ratioOf } from './statistics.ts';
import { judgeTargets, type Verdict } from './targets.ts';

/** What a scenario gave for one server. */
export interface Row {
  readonly peer: PeerName;
  readonly figures: Readonly<Record<string, Figure>>;
  /** Ratios to the figures of other servers, by `figure/server`. */
  readonly ratios: Readonly<Record<string, Figure>>;
  /** Requests that failed, all rounds together. */
  readonly failures: number;
}

/** What a scenario gave. */
export interface ScenarioResult {
  readonly scenario: ScenarioName;
  readonly title: string;
  readonly rows: readonly Row[];
}

/** A server that was left out of a scenario, or of all of them. */
export interface Skip {
  readonly scenario?: ScenarioName;
  readonly peer: PeerName;
  readonly reason: string;
}

/** What a run writes as JSON. */
export interface Report {
  readonly format: 1;
  /** ISO 8601, when the run began. */
  readonly date: string;
  readonly command: string;
  readonly machine: Machine;
  /** Of everything that took part, by its name. */
  readonly versions: Readonly<Record<string, string>>;
  readonly rounds: number;
  readonly seconds: number;
  readonly skipped: readonly Skip[];
  readonly scenarios: readonly ScenarioResult[];
  readonly targets: readonly Verdict[];
}

/** The figures of one server, before ratios are taken. */
export type Measured = Omit<Row, 'ratios'>;

/** Adds the ratios of every figure to that of each reference which took part. */
export function addRatios(
  measured: readonly Measured[],
  references: readonly PeerName[],
): readonly Row[] {
  return measured.map((row) => {
    const ratios = references.flatMap((reference) => {
      const other = measured.find(({ peer }) => peer === reference);
      return other === undefined ? [] : ratiosOf(row, other);
    });
    return { ...row, ratios: Object.fromEntries(ratios) };
  });
}

function ratiosOf(row: Measured, reference: Measured): ReadonlyArray<readonly [string, Figure]> {
  return Object.entries(row.figures).flatMap(([name, figure]) => {
    const other = reference.figures[name];
    const ratio = other && ratioOf(figure.rounds, other.rounds);
    return ratio === undefined ? [] : [[`${name}/${reference.peer}`, ratio] as const];
  });
}

/** A report with the judgement on the targets. */
export function createReport(parts: Omit<Report, 'format' | 'targets'>): Report {
  return { format: 1, ...parts, targets: judgeTargets(parts.scenarios) };
}

/** Reads a report back. Throws a TypeError where the text is none of this format. */
export function parseReport(text: string): Report {
  const report = JSON.parse(text) as Partial<Report> | null;
  if (report?.format !== 1 || !Array.isArray(report.scenarios)) {
    throw new TypeError('not a report of this benchmark, format 1');
  }
  return report as Report;
}
