import { availableParallelism } from 'node:os';
import type { Site } from '../engine/sites.ts';
import { matchesGlob } from '../engine/select-checks.ts';
import type { Removal, SlimResult } from './assignment.ts';
import { loadCatalogue } from './broken-server.ts';
import type { BrokenServer } from './broken-server.ts';
import { readExceptions } from './coverage.ts';
import { Crew } from './crew.ts';
import { judgeHarness } from './judge-mutant.ts';
import type { Judged } from './run-selftest.ts';

/** What the removal of every assertion, one at a time, has shown. */
export interface RemovalReport {
  readonly figures: RemovalFigures;
  /** The assertions that survive without a reason. */
  readonly faults: readonly string[];
  readonly text: string;
}

/** The published figures. */
export interface RemovalFigures {
  readonly assertions: number;
  readonly noticed: number;
  /** In percent, to two places. */
  readonly share: number;
  /** The same for the lines of code that assert something, wherever they are called from. */
  readonly lines: { readonly all: number; readonly noticed: number };
  /** Assertions whose removal nothing notices, with the reason why that is so. */
  readonly survivors: readonly { readonly assertion: string; readonly reason: string }[];
}

/** Where the removal of an assertion may be noticed. */
interface Witness {
  /** The id of a mutant, or `reference`. */
  readonly mutant: string;
  readonly check: string;
  /** What the message of the failure must hold; undefined where the check must pass. */
  readonly fragment: string | undefined;
}

/** How many witnesses of one assertion are heard at most. */
const MAX_WITNESSES = 6;

/** Takes each assertion out and sees whether the self-test would be any the wiser. */
export async function removeEachAssertion(
  judged: readonly Judged[],
  budget: number,
): Promise<RemovalReport> {
  const witnesses = await listWitnesses(judged);
  const crew = new Crew({ processes: availableParallelism(), each: 1 });
  try {
    const open = new Map(witnesses);
    for (let round = 0; round < MAX_WITNESSES && open.size > 0; round += 1) {
      for (const site of await hear(open, { round, crew, budget })) open.delete(site);
    }
    for (const site of await askHarnesses([...open.keys()], crew, budget)) open.delete(site);
    return summarize([...witnesses.keys()], [...open.keys()]);
  } finally {
    crew.dismiss();
  }
}

/** The reference first, where the loss of the only assertion of a check shows; then the mutants. */
async function listWitnesses(judged: readonly Judged[]): Promise<Map<Site, Witness[]>> {
  const { mutants } = await loadCatalogue();
  const witnesses = new Map<Site, Witness[]>();
  for (const { verdict, answer } of judged) {
    const mutant = mutants.find(({ id }) => id === verdict.id);
    for (const site of answer.reached) {
      if (witnesses.has(site)) continue;
      const check = site.slice(0, site.indexOf(' '));
      const isOfCheck = check.includes('.');
      const fragment = undefined;
      witnesses.set(site, isOfCheck ? [{ mutant: 'reference', check, fragment }] : []);
    }
    if (mutant === undefined) continue;
    for (const result of answer.results) addWitness(witnesses, mutant, result);
  }
  return witnesses;
}

function addWitness(
  witnesses: Map<Site, Witness[]>,
  mutant: BrokenServer,
  { site, check }: SlimResult,
): void {
  if (site === undefined) return;
  const fails: Readonly<Record<string, string | undefined>> = mutant.fails;
  const fragment = fails[check];
  if (fragment === undefined) return;
  const witness = { mutant: mutant.id, check, fragment };
  witnesses.set(site, [...(witnesses.get(site) ?? []), witness]);
}

/** Asks one witness of each assertion; the assertions whose removal was noticed. */
async function hear(
  open: ReadonlyMap<Site, readonly Witness[]>,
  { round, crew, budget }: { round: number; crew: Crew; budget: number },
): Promise<readonly Site[]> {
  const groups = new Map<string, (Removal & Witness)[]>();
  for (const [removed, witnesses] of open) {
    const witness = witnesses[round];
    if (witness === undefined) continue;
    const group = groups.get(witness.mutant) ?? [];
    groups.set(witness.mutant, [...group, { ...witness, removed }]);
  }
  const noticed = await Promise.all(
    [...groups].map(([mutant, group]) => hearGroup(mutant, group, { crew, budget })),
  );
  return noticed.flat();
}

/** Asks in portions, so that all processes have work to the end. */
const PORTION = 40;

async function hearGroup(
  mutant: string,
  group: readonly (Removal & Witness)[],
  { crew, budget }: { crew: Crew; budget: number },
): Promise<readonly Site[]> {
  const query = mutant === 'reference' ? '' : `?mutant=${mutant}`;
  const adapter = `adapters/seam-server.mjs${query}`;
  const noticed: Site[] = [];
  const portions = Array.from({ length: Math.ceil(group.length / PORTION) }, (_, index) =>
    group.slice(index * PORTION, (index + 1) * PORTION),
  );
  await Promise.all(
    portions.map(async (portion) => {
      const removals = portion.map(({ check, removed }) => ({ check, removed }));
      const { results } = await crew.perform({ kind: 'removals', adapter, removals, budget });
      for (const [index, { removed, fragment }] of portion.entries()) {
        const result = results[index];
        if (result !== undefined && isNoticed(result, fragment)) noticed.push(removed);
      }
    }),
  );
  return noticed;
}

/** The outcome is not the one that the self-test expects. */
function isNoticed({ outcome, message = '' }: SlimResult, fragment: string | undefined): boolean {
  if (fragment === undefined) return outcome !== 'pass' && outcome !== 'info';
  return !['fail', 'info'].includes(outcome) || !message.includes(fragment);
}

/** What keeps a faulty harness from looking right is an assertion too. */
async function askHarnesses(
  open: readonly Site[],
  crew: Crew,
  budget: number,
): Promise<readonly Site[]> {
  const { harnesses } = await loadCatalogue();
  const ofHarnesses = open.filter((site) => /^(?:engine|BOOT-ANSWER\.get) /.test(site));
  const noticed: Site[] = [];
  for (const removed of ofHarnesses) {
    const checks = removed.startsWith('engine ') ? {} : { checks: ['BOOT-ANSWER.get'] };
    const answers = await Promise.all(
      harnesses.map(async (harness) => {
        const adapter = `mutants/harness/${harness.file}`;
        const answer = await crew.perform({ kind: 'suite', adapter, budget, removed, ...checks });
        return judgeHarness(harness, answer);
      }),
    );
    if (answers.some(({ faults }) => faults.length > 0)) noticed.push(removed);
  }
  return noticed;
}

function summarize(all: readonly Site[], unnoticed: readonly Site[]): RemovalReport {
  const { assertions: excused } = readExceptions();
  const survivors = unnoticed
    .map(nameOf)
    .toSorted()
    .map((assertion) => {
      const pattern = Object.keys(excused).find((glob) => matchesGlob(assertion, glob));
      return { assertion, reason: pattern === undefined ? '' : (excused[pattern] ?? '') };
    });
  const noticed = all.length - survivors.length;
  const share = Math.round((noticed / all.length) * 10_000) / 100;
  const lines = countLines(all, unnoticed);
  const figures = { assertions: all.length, noticed, share, lines, survivors };
  const faults = survivors.filter(({ reason }) => reason === '').map(({ assertion }) => assertion);
  const rows = [
    `${noticed} of ${all.length} assertions cannot be removed unnoticed (${share} %)`,
    `they stand in ${lines.all} lines of code; ${lines.noticed} lines cannot be removed unnoticed`,
    ...survivors
      .filter(({ reason }) => reason !== '')
      .map(({ assertion, reason }) => `LEFT    ${assertion}  ${reason}`),
  ];
  return { figures, faults, text: rows.map((row) => `${row}\n`).join('') };
}

/** A line without which some check would be noticed to have lost an assertion. */
function countLines(all: readonly Site[], unnoticed: readonly Site[]): RemovalFigures['lines'] {
  const missed = new Set(unnoticed);
  const noticed = all.filter((site) => !missed.has(site));
  return { all: new Set(all.map(lineOf)).size, noticed: new Set(noticed.map(lineOf)).size };
}

/** Where an assertion stands, without its callers; what has no place there has a name of its own. */
function lineOf(site: Site): string {
  return / @ ([^ ]+)/.exec(site)?.[1] ?? site;
}

/** The name without columns; the lines are those of the code as it is built. */
function nameOf(site: Site): string {
  return site.replaceAll(/(:\d+):\d+/g, '$1');
}
