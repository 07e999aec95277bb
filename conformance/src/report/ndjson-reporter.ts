import type { Report, ReportedResult } from './report.ts';

/** What stands in the first line of a stream. */
export type StreamHead = Pick<Report, 'kit' | 'spec' | 'profiles' | 'options'> & {
  readonly target: Pick<Report['target'], 'kind' | 'adapter'>;
};

/** The first line: who runs what. The lines are described by `schemas/stream.schema.json`. */
export function writeBegin({ kit, spec, target, profiles, options }: StreamHead): string {
  const { kind, adapter } = target;
  return line({ event: 'begin', kit, spec, target: { kind, adapter }, profiles, options });
}

/** One line for each result, as it comes. */
export function writeResult(result: ReportedResult): string {
  return line({ event: 'result', ...result });
}

/** The last line; a stream without one belongs to a run that did not come to its end. */
export function writeEnd({ target, summary, behaviours, expectations }: Report): string {
  const told = expectations === undefined ? {} : { expectations };
  return line({ event: 'end', target, summary, behaviours, ...told });
}

/** A whole report as a stream. */
export function writeStream(report: Report): string {
  return writeBegin(report) + report.results.map(writeResult).join('') + writeEnd(report);
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
