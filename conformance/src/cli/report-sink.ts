import type { CheckResult } from '../engine/run-suite.ts';
import { writeBegin, writeEnd, writeResult } from '../report/ndjson-reporter.ts';
import type { StreamHead } from '../report/ndjson-reporter.ts';
import { reportResult } from '../report/report.ts';
import type { Report } from '../report/report.ts';
import { filesOf, PROFILE, REPORTERS } from '../report/reporters.ts';
import type { ReporterChoice } from '../report/reporters.ts';
import { writeProgress, writeSummary } from '../report/terminal-reporter.ts';
import type { Output } from './command-error.ts';
import { appendReportFile, writeReportFile } from './report-file.ts';

/** Where the reports of one run go. */
export interface SinkOptions {
  readonly reporters: readonly ReporterChoice[];
  readonly trace: boolean;
  readonly output: Output;
  readonly head: StreamHead;
  /** The command line that shows one check again. */
  readonly reproduce: (check: string) => string;
}

/** Takes results as they come, and the report once it is complete. */
export class ReportSink {
  readonly #options: SinkOptions;
  readonly #streamed = new Set<string>();

  /** Begins every file, so that one that cannot be written is found before the run. */
  constructor(options: SinkOptions) {
    this.#options = options;
    for (const choice of options.reporters) {
      const { kind, file } = choice;
      const begin = kind === 'ndjson' ? writeBegin(options.head) : '';
      if (file === undefined) options.output.out(begin);
      else writeReportFile(file.replaceAll(PROFILE, 'all'), begin);
    }
  }

  /** One result has come. */
  readonly onResult = (result: CheckResult): void => {
    for (const choice of this.#options.reporters) {
      if (choice.kind === 'terminal') this.#options.output.out(writeProgress(result));
      if (choice.kind === 'ndjson') this.#stream(choice, result);
    }
    this.#streamed.add(result.check);
  };

  /** Everything has come. */
  end(report: Report): void {
    const { trace, output } = this.#options;
    for (const choice of this.#options.reporters) {
      const { kind, file } = choice;
      if (kind === 'terminal') output.out(`\n${writeSummary(report, trace)}`);
      else if (kind === 'ndjson') this.#endStream(choice, report);
      else if (file === undefined) output.out(REPORTERS[kind](report));
      else for (const [name, text] of filesOf(report, choice)) writeReportFile(name, text);
    }
  }

  #stream(choice: ReporterChoice, result: CheckResult): void {
    this.#append(choice, writeResult(reportResult(result, this.#options.reproduce(result.check))));
  }

  /** What was left out has not been told yet. */
  #endStream(choice: ReporterChoice, report: Report): void {
    const rest = report.results.filter(({ check }) => !this.#streamed.has(check));
    this.#append(choice, rest.map(writeResult).join('') + writeEnd(report));
  }

  #append({ file }: ReporterChoice, text: string): void {
    if (file === undefined) this.#options.output.out(text);
    else appendReportFile(file, text);
  }
}
