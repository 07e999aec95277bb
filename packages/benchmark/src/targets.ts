import type { PeerName } from './peers.ts';
import type { ScenarioResult } from './report.ts';
import type { ScenarioName } from './scenarios.ts';
import type { Figure } from './statistics.ts';

/** A figure that the server is meant to keep. */
export interface Target {
  readonly scenario: ScenarioName;
  readonly what: string;
  /** The name of a figure, or of a ratio as `figure/server`. */
  readonly figure: string;
  readonly most: number;
}

/** What a run says of a target. */
export interface Verdict extends Target {
  readonly peer: PeerName;
  readonly measured: Figure;
  readonly met: boolean;
}

/** The server that the targets are about: the default transport. */
const JUDGED: PeerName = 'tsgi-net';

/** The targets of the project. */
export const TARGETS: readonly Target[] = [
  { scenario: 'hello', what: 'CPU ÷ raw responder', figure: 'cpu/raw', most: 1.15 },
  { scenario: 'hello', what: 'CPU ÷ node:http', figure: 'cpu/node-http', most: 0.72 },
  { scenario: 'hello', what: 'CPU ÷ Fastify', figure: 'cpu/fastify', most: 0.67 },
  { scenario: 'browser', what: 'CPU ÷ node:http', figure: 'cpu/node-http', most: 0.75 },
  { scenario: 'echo', what: 'CPU ÷ node:http', figure: 'cpu/node-http', most: 0.9 },
  { scenario: 'download', what: 'CPU ÷ node:http', figure: 'cpu/node-http', most: 1 },
  { scenario: 'idle', what: 'memory ÷ node:http', figure: 'size/node-http', most: 1 },
  { scenario: 'upload-memory', what: 'MiB above rest', figure: 'movement', most: 48 },
  { scenario: 'download-memory', what: 'MiB above rest', figure: 'movement', most: 48 },
  { scenario: 'stalled', what: 'CPU beside ÷ alone', figure: 'cpuRatio', most: 1.05 },
];

/** Compares what was measured with the targets; a target that was not measured is left out. */
export function judgeTargets(results: readonly ScenarioResult[]): readonly Verdict[] {
  return TARGETS.flatMap((target) => {
    const result = results.find(({ scenario }) => scenario === target.scenario);
    const row = result?.rows.find(({ peer }) => peer === JUDGED);
    const measured = row?.figures[target.figure] ?? row?.ratios[target.figure];
    return measured === undefined
      ? []
      : [{ ...target, peer: JUDGED, measured, met: measured.median <= target.most }];
  });
}
