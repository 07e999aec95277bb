/** One line of a file of expected failures. */
export interface Expectation {
  /** The line of the file, counted from 1. */
  readonly line: number;
  /** A glob over check ids. */
  readonly glob: string;
  /** `flaky`: it may pass as well. */
  readonly expected: 'fail' | 'flaky';
  /** How the message of the failure begins; any message where absent. */
  readonly match: string | undefined;
  readonly reason: string;
  /** The last day on which the entry counts: `2027-01-31`. */
  readonly until: string | undefined;
}

/** A file of expected failures that cannot be read; the message names the line. */
export class ExpectationSyntaxError extends Error {
  override readonly name: string = 'ExpectationSyntaxError';
}

/** glob, expected, match="…" where there is one, the reason, and a date where there is one. */
const ENTRY =
  /^(?<glob>[A-Z][A-Za-z0-9*?.-]*)\s+(?<expected>\S+)(?:\s+match="(?<match>(?:[^"\\]|\\.)*)")?(?:\s+(?<reason>\S.*?))??(?:\s+(?<until>\d{4}-\d{2}-\d{2}))?$/;

/** Reads a file of expected failures: an entry in each line, `#` begins a comment line. */
export function parseExpectations(text: string): readonly Expectation[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) return [];
    return [parseEntry(trimmed, index + 1)];
  });
}

function parseEntry(text: string, line: number): Expectation {
  const groups = ENTRY.exec(text)?.groups;
  if (groups === undefined) {
    throw new ExpectationSyntaxError(
      `line ${line}: not of the form GLOB fail|flaky [match="…"] REASON [YYYY-MM-DD]: ${text}`,
    );
  }
  const { glob = '', expected, match, reason, until } = groups;
  if (expected !== 'fail' && expected !== 'flaky') {
    throw new ExpectationSyntaxError(`line ${line}: expected is fail or flaky, got "${expected}"`);
  }
  if (reason === undefined) {
    throw new ExpectationSyntaxError(`line ${line}: ${glob} has no reason`);
  }
  if (until !== undefined && Number.isNaN(Date.parse(until))) {
    throw new ExpectationSyntaxError(`line ${line}: ${until} is no day`);
  }
  return { line, glob, expected, match: match?.replaceAll(/\\(["\\])/g, '$1'), reason, until };
}
