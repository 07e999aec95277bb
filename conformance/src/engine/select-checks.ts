import type { CheckId, ServerCheck } from '../check.ts';
import type { Capability, SkipReason } from '../outcome.ts';
import { ruleOfCheck } from '../rules.ts';

/** Which checks of a suite are asked for. */
export interface Selection {
  /** Globs over check ids; all checks where empty. */
  readonly run: readonly string[];
  /** Globs over check ids; these stay out, whatever `run` says, unless a chosen check needs one. */
  readonly skip: readonly string[];
  /** Profiles by name; all where empty. */
  readonly profiles: readonly string[];
  /** Checks that count for nothing, by id, each with what is to be said of it. */
  readonly excluded?: Readonly<Record<string, string>> | undefined;
}

/** One check and, where it is left out, why. */
export interface SelectedCheck {
  readonly check: ServerCheck;
  readonly left?: SkipReason;
  /** More about why. */
  readonly note?: string;
}

/** The check that every other one needs. */
export const FIRST_CHECK: CheckId = 'BOOT-ANSWER.get';

/** Decides for each check whether it runs. What a chosen check depends on is chosen with it. */
export function selectChecks(
  suite: readonly ServerCheck[],
  selection: Selection,
): readonly SelectedCheck[] {
  const { excluded = {} } = selection;
  const byId = new Map(suite.map((check) => [check.id, check]));
  const left = new Map<CheckId, SkipReason>();
  const needed = new Set<CheckId>();
  for (const check of suite) {
    const reason = reasonToLeave(check, selection);
    if (reason === undefined) addWithNeeds(check, byId, needed);
    else left.set(check.id, reason);
  }
  return suite.map((check) => {
    const note = excluded[check.id];
    if (note !== undefined) return { check, left: 'excluded', note };
    const reason = left.get(check.id);
    const kept = withoutNeeds(check, excluded);
    return reason === undefined || needed.has(check.id) ? { check: kept } : { check, left: reason };
  });
}

/** Nothing waits for a check that counts for nothing. */
function withoutNeeds(
  check: ServerCheck,
  excluded: NonNullable<Selection['excluded']>,
): ServerCheck {
  const { dependsOn } = check;
  if (dependsOn?.some((id) => Object.hasOwn(excluded, id)) !== true) return check;
  return { ...check, dependsOn: dependsOn.filter((id) => !Object.hasOwn(excluded, id)) };
}

/** Everything that has to be decided before a check runs. */
export function needsOf(check: ServerCheck): readonly CheckId[] {
  if (check.id === FIRST_CHECK) return [];
  const probes = requirementsOf(check).map((name): CheckId => `BOOT-CAPABILITY.${name}`);
  return [FIRST_CHECK, ...probes, ...(check.dependsOn ?? [])];
}

/** What a server must be capable of for the checks of a profile to say anything. */
export const CAPABILITY_OF_PROFILE: Readonly<Partial<Record<string, Capability>>> = {
  async: 'async',
  files: 'files',
  signal: 'signal',
  'flush-headers': 'flushHeaders',
  'early-hints': 'earlyHints',
  trailers: 'trailers',
  'raw-headers': 'rawHeaders',
  state: 'state',
  tls: 'tls',
  modules: 'modules',
};

/** The capabilities a check needs: what it says itself, and what all checks of its profile need. */
export function requirementsOf(check: ServerCheck): NonNullable<ServerCheck['requires']> {
  const { requires = [] } = check;
  if (check.probes !== undefined || check.everywhere === true) return requires;
  const needed = CAPABILITY_OF_PROFILE[ruleOfCheck(check.id).profile];
  return needed === undefined || requires.includes(needed) ? requires : [needed, ...requires];
}

/** The ids in the order in which they run: sorted or shuffled, but never before what they need. */
export function orderChecks(checks: readonly ServerCheck[], seed?: number): readonly ServerCheck[] {
  const byId = new Map(checks.map((check) => [check.id, check]));
  const sorted = checks.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const ordered = new Set<ServerCheck>();
  const place = (check: ServerCheck): void => {
    for (const id of needsOf(check)) {
      const need = byId.get(id);
      if (need !== undefined && !ordered.has(need)) place(need);
    }
    ordered.add(check);
  };
  for (const check of seed === undefined ? sorted : shuffle(sorted, seed)) place(check);
  return [...ordered];
}

/** A permutation that depends on the seed alone (Fisher-Yates over a 32-bit mixing generator). */
export function shuffle<Item>(items: readonly Item[], seed: number): readonly Item[] {
  const shuffled = [...items];
  let state = seed >>> 0;
  for (let index = shuffled.length - 1; index > 0; index -= 1) {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    const other = ((mixed ^ (mixed >>> 16)) >>> 0) % (index + 1);
    const held = shuffled[index] as Item;
    shuffled[index] = shuffled[other] as Item;
    shuffled[other] = held;
  }
  return shuffled;
}

/** Whether a check id matches a glob: `*` stands for any text, `?` for one character. */
export function matchesGlob(id: string, glob: string): boolean {
  if (!glob.includes('*') && !glob.includes('?')) return id === glob;
  const source = glob.replaceAll(/[.*+?^${}()|[\]\\]/g, (special) => {
    if (special === '*') return '.*';
    return special === '?' ? '.' : `\\${special}`;
  });
  return new RegExp(`^${source}$`).test(id);
}

function reasonToLeave(check: ServerCheck, selection: Selection): SkipReason | undefined {
  const { run, skip, profiles } = selection;
  if (skip.some((glob) => matchesGlob(check.id, glob))) return 'filtered';
  if (run.length > 0 && !run.some((glob) => matchesGlob(check.id, glob))) return 'filtered';
  if (profiles.length > 0 && !profiles.includes(ruleOfCheck(check.id).profile)) return 'profile';
  return undefined;
}

function addWithNeeds(
  check: ServerCheck,
  byId: ReadonlyMap<CheckId, ServerCheck>,
  needed: Set<CheckId>,
): void {
  if (needed.has(check.id)) return;
  needed.add(check.id);
  for (const id of needsOf(check)) {
    const need = byId.get(id);
    if (need !== undefined) addWithNeeds(need, byId, needed);
  }
}
