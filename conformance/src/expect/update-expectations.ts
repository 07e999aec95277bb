/** Rule 1: what people wrote stays: comments, reasons, dates and every line that still fits. */
import { matchesGlob } from '../engine/select-checks.ts';
import type { Outcome } from '../outcome.ts';
import { UNWRITTEN } from './expected-failures.ts';
import { parseExpectations } from './parse-expectations.ts';
import type { Expectation } from './parse-expectations.ts';

/** What a run without any expectation says of one check. */
export interface ObservedOutcome {
  readonly check: string;
  readonly outcome: Outcome;
  readonly message?: string | undefined;
}

/** The text of the file as it has to be, and what changed. */
export interface UpdatedExpectations {
  readonly text: string;
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** A message is told by its beginning; this much of it is enough. */
const MATCH_LENGTH = 160;
/** From here on a message depends on the budget of the run. */
const BUDGET = ', got nothing more within the budget';

/** Makes a file of expected failures fit what was observed. */
export function updateExpectations(
  text: string,
  observed: readonly ObservedOutcome[],
): UpdatedExpectations {
  const entries = new Map(parseExpectations(text).map((entry) => [entry.line, entry]));
  const changes = new Changes(observed);
  const lines = text.split(/\r?\n/).flatMap((line, index): readonly string[] => {
    const entry = entries.get(index + 1);
    return entry === undefined ? [line] : changes.revise(line, entry);
  });
  while (lines.at(-1) === '') lines.pop();
  const news = changes.rest();
  const gap = news.length > 0 && lines.length > 0 ? [''] : [];
  const { added, changed, removed } = changes;
  return { text: [...lines, ...gap, ...news, ''].join('\n'), added, changed, removed };
}

class Changes {
  readonly added: string[] = [];
  readonly changed: string[] = [];
  readonly removed: string[] = [];
  readonly #observed: readonly ObservedOutcome[];
  readonly #covered = new Set<string>();

  constructor(observed: readonly ObservedOutcome[]) {
    this.#observed = observed;
  }

  /** The lines that take the place of one entry: the same, another, several, or none. */
  revise(line: string, entry: Expectation): readonly string[] {
    const hits = this.#observed.filter(
      ({ check }) => matchesGlob(check, entry.glob) && !this.#covered.has(check),
    );
    for (const { check } of hits) this.#covered.add(check);
    if (entry.expected === 'flaky' && hits.some(({ outcome }) => outcome !== 'skip')) return [line];
    const failing = hits.filter(isFailing);
    if (failing.length === 0) {
      this.removed.push(entry.glob);
      return [];
    }
    const isWhole = failing.length === hits.length;
    if (isWhole && failing.every(({ message = '' }) => message.startsWith(entry.match ?? ''))) {
      return [line];
    }
    this.changed.push(entry.glob);
    return failing.map((one) => {
      const fits = (one.message ?? '').startsWith(entry.match ?? '');
      return writeEntry(one, { ...entry, match: fits ? entry.match : beginOf(one.message) });
    });
  }

  /** Entries for failures that no line speaks of. A warning needs none. */
  rest(): readonly string[] {
    const news = this.#observed.filter(
      ({ check, outcome }) => outcome === 'fail' && !this.#covered.has(check),
    );
    this.added.push(...news.map(({ check }) => check));
    const sorted = news.toSorted((a, b) => (a.check < b.check ? -1 : 1));
    return sorted.map((one) =>
      writeEntry(one, { match: beginOf(one.message), reason: UNWRITTEN, until: undefined }),
    );
  }
}

function isFailing({ outcome }: ObservedOutcome): boolean {
  return outcome === 'fail' || outcome === 'warn';
}

function writeEntry(
  { check }: ObservedOutcome,
  { match, reason, until }: Pick<Expectation, 'match' | 'reason' | 'until'>,
): string {
  const told =
    match === undefined ? [] : [`match="${match.replaceAll(/["\\]/g, String.raw`\$&`)}"`];
  return [check, 'fail', ...told, reason, ...(until === undefined ? [] : [until])].join('  ');
}

/** How a message begins, on one line; undefined for none. */
function beginOf(message: string | undefined): string | undefined {
  const [line = ''] = (message ?? '').split('\n', 1);
  const [stable = ''] = line.split(BUDGET, 1);
  return stable === '' ? undefined : stable.slice(0, MATCH_LENGTH);
}
