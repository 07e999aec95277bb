import { suiteOf } from '../target/run-module.ts';
import { serverSuite } from '../suites/server/suite.ts';
import { loadCatalogue } from './broken-server.ts';
import type { RemovalFigures } from './delete-assertions.ts';
import { loadModuleCatalogues } from './module-mutants.ts';
import { countRules, coverRules } from './rule-coverage.ts';
import type { CoveredSuite, RuleCounts } from './rule-coverage.ts';

/** What the kit has for one role, counted. */
export interface RoleFigures {
  readonly checks: number;
  readonly mutants: number;
  /** The failures that all mutants together declare. */
  readonly declaredFailures: number;
  /** The references among them. */
  readonly legalVariants: number;
  readonly faultyHarnesses: number;
  /** The rules of the level MUST. */
  readonly must: RuleCounts;
  /** The rules of the level SHOULD. */
  readonly should: RuleCounts;
}

/** What a whole run of the self-test has shown, in numbers. */
export interface SelftestFigures {
  readonly server: RoleFigures;
  readonly application: RoleFigures;
  readonly middleware: RoleFigures;
  /** Where assertions were removed: how many were missed. */
  readonly removal?: {
    readonly server: RemovalFigures;
    /** Applications and middleware together. */
    readonly modules: Pick<RemovalFigures, 'assertions' | 'noticed' | 'survivors'>;
  };
}

/** A mutant of any kind. */
interface Declaring {
  readonly fails: Readonly<Record<string, string | undefined>>;
}

interface Catalogue {
  readonly mutants: readonly Declaring[];
  readonly variants: readonly unknown[];
  readonly harnesses: readonly unknown[];
}

/** Counts what there is; `failed` are the ids of all checks that caught anything. */
export async function countFigures(
  failed: readonly string[],
  removal?: SelftestFigures['removal'],
): Promise<SelftestFigures> {
  const killing = new Set(failed);
  const { mutants, variants, harnesses } = await loadCatalogue();
  // The unchanged server is a variant too, which the list of them leaves out.
  const servers = { mutants, variants: ['reference', ...variants], harnesses };
  const modules = await loadModuleCatalogues();
  const ofModule = (kind: 'application' | 'middleware'): RoleFigures => {
    const catalogue = modules.find((other) => other.kind === kind);
    if (catalogue === undefined) throw new Error(`there are no mutants of the kind ${kind}`);
    return count({ role: kind, checks: suiteOf(kind), killing }, catalogue);
  };
  return {
    server: count({ role: 'server', checks: serverSuite, killing }, servers),
    application: ofModule('application'),
    middleware: ofModule('middleware'),
    ...(removal === undefined ? {} : { removal }),
  };
}

function count(suite: CoveredSuite, { mutants, variants, harnesses }: Catalogue): RoleFigures {
  const rules = coverRules(suite);
  return {
    checks: suite.checks.length,
    mutants: mutants.length,
    declaredFailures: mutants.reduce((sum, { fails }) => sum + Object.keys(fails).length, 0),
    legalVariants: variants.length,
    faultyHarnesses: harnesses.length,
    must: countRules(rules.filter(({ level }) => level === 'MUST')),
    should: countRules(rules.filter(({ level }) => level === 'SHOULD')),
  };
}
