import { matchesGlob } from '../engine/select-checks.ts';
import type { Output } from './command-error.ts';

/** The id that a misspelt word most likely stands for, capitals aside; undefined where none is near. */
export function findNear(word: string, ids: Iterable<string>): string | undefined {
  const wanted = word.toUpperCase();
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 4)) + 1;
  for (const id of ids) {
    if (Math.abs(id.length - word.length) >= least) continue;
    const distance = countEdits(wanted, id.toUpperCase());
    if (distance < least) [best, least] = [id, distance];
  }
  return best;
}

/** The end of a message about an unknown id. */
export function writeNear(word: string, ids: Iterable<string>): string {
  const near = findNear(word, ids);
  return near === undefined ? '' : `; did you mean ${near}?`;
}

/** Says on standard error which globs of `--run` and `--skip` fit no check: one of many may be misspelt. */
export function tellStrayGlobs(
  { run, skip }: { readonly run: readonly string[]; readonly skip: readonly string[] },
  ids: readonly string[],
  output: Output,
): void {
  for (const [flag, globs] of Object.entries({ run, skip })) {
    for (const glob of globs) {
      if (ids.some((id) => matchesGlob(id, glob))) continue;
      output.err(`tsgi-conformance: --${flag} ${glob} fits no check${suggest(glob, ids)}\n`);
    }
  }
}

/** A rule without a variant stands for no check; whoever names one means all of its checks. */
function suggest(glob: string, ids: readonly string[]): string {
  const [rule = '', variant = '*'] = glob.split('.');
  if (variant !== '*') return writeNear(glob, ids);
  const rules = new Set(ids.map((id) => id.slice(0, id.indexOf('.'))));
  const near = findNear(rule, rules);
  return near === undefined ? '' : `; did you mean "${near}.*"?`;
}

/** How many characters have to be added, taken out or replaced. */
function countEdits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_unused, index) => index);
  for (const [above, character] of from.split('').entries()) {
    const next = [above + 1];
    for (let index = 0; index < to.length; index += 1) {
      const replaced = (row[index] ?? 0) + (to[index] === character ? 0 : 1);
      next.push(Math.min(replaced, (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
