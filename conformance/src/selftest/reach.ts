import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Answer } from './assignment.ts';
import type { Crew } from './crew.ts';

const PATIENCE = 10;

/** Which checks can tell a mutant from the reference, by the id of the mutant. */
export type Reach = ReadonlyMap<string, ReadonlySet<string>>;

/** Runs the reference while it notes what each mutant would have done in its place. */
export async function traceReference(
  crew: Crew,
  budget: number,
): Promise<{ readonly answer: Answer; readonly reach: Reach }> {
  const folder = mkdtempSync(join(tmpdir(), 'tsgi-reach-'));
  const file = join(folder, 'trace.ndjson');
  try {
    const adapter = `adapters/seam-server.mjs?trace=${encodeURIComponent(file)}`;
    // Asking every mutant takes its time; nothing here is waited for in vain.
    const answer = await crew.perform({ kind: 'suite', adapter, budget: budget * PATIENCE });
    return { answer, reach: readTrace(readFileSync(file, 'utf8')) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Lines of `[CHECK, [MUTANT, …]]`. */
export function readTrace(text: string): Reach {
  const reach = new Map<string, Set<string>>();
  for (const line of text.split('\n').filter((row) => row !== '')) {
    const [check, mutants] = JSON.parse(line) as readonly [string, readonly string[]];
    for (const mutant of mutants) {
      const known = reach.get(mutant) ?? new Set();
      reach.set(mutant, known.add(check));
    }
  }
  return reach;
}
