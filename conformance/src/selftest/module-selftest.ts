/** Rule 1: the self-test of the targets that need no server is all here, and runs in this process. */
import { sites } from '../engine/sites.ts';
import type { Site } from '../engine/sites.ts';
import type { ModuleSelection } from '../engine/run-module-suite.ts';
import type { SuiteRun } from '../engine/run-suite.ts';
import { runApplicationSuite } from '../suites/application/run-application-suite.ts';
import type { ApplicationSuiteOptions } from '../suites/application/run-application-suite.ts';
import { runMiddlewareSuite } from '../suites/middleware/run-middleware-suite.ts';
import type { MiddlewareSuiteOptions } from '../suites/middleware/run-middleware-suite.ts';
import type { ModuleOrder } from '../target/module-messages.ts';
import { runModule, suiteOf } from '../target/run-module.ts';
import { judgeHarness, judgeMutant, judgeVariant } from './judge-mutant.ts';
import type { SelftestVerdict } from './judge-mutant.ts';
import { folderOf, loadModuleCatalogues } from './module-mutants.ts';
import type { BrokenModule, FaultyModule, ModuleCatalogue } from './module-mutants.ts';
import { countRules, coverRules } from './rule-coverage.ts';

type Kind = ModuleOrder['kind'];

/** How the self-test of modules is to be run. */
export interface ModuleSelftestOptions {
  /** Ids of mutants, variants or harnesses; everything where empty. */
  readonly only: readonly string[];
  /** Milliseconds for everything that is waited for. */
  readonly budget: number;
  readonly onVerdict: (verdict: SelftestVerdict) => void;
}

/** A module and what came of it. */
export interface JudgedModule {
  readonly verdict: SelftestVerdict;
  readonly results: SuiteRun['results'];
}

/** What the self-test of modules has shown. */
export interface ModuleSelftest {
  readonly judged: readonly JudgedModule[];
  /** What is not covered although it should be; empty after a run of chosen mutants. */
  readonly gaps: readonly string[];
  /** The figures by role and level, for people. */
  readonly table: string;
}

/** The ids that `only` can hold. */
export async function listModuleMutants(): Promise<readonly string[]> {
  const catalogues = await loadModuleCatalogues();
  return catalogues.flatMap(({ mutants, variants, harnesses }) =>
    [...variants, ...mutants, ...harnesses].map(({ id }) => id),
  );
}

/** Judges the references, the variants, the mutants and the faulty modules, one after the other. */
export async function runModuleSelftest(options: ModuleSelftestOptions): Promise<ModuleSelftest> {
  const judged: JudgedModule[] = [];
  const catalogues = await loadModuleCatalogues();
  const take = (one: JudgedModule): void => {
    judged.push(one);
    options.onVerdict(one.verdict);
  };
  for (const catalogue of catalogues) {
    for (const one of judgeCatalogue(catalogue, options)) take(await one);
  }
  const faulty = catalogues.flatMap((catalogue) => judgeFaulty(catalogue, options));
  await Promise.all(faulty.map(async (one) => take(await one)));
  const whole = options.only.length === 0;
  const killing = new Set(judged.flatMap(({ verdict }) => verdict.failed));
  const gaps = whole ? catalogues.flatMap(({ kind }) => findModuleGaps(kind, killing)) : [];
  const table = whole ? catalogues.map(({ kind }) => tabulate(kind, killing)).join('') : '';
  return { judged, gaps, table };
}

type Asked = Pick<ModuleSelftestOptions, 'only' | 'budget'>;

function isAsked({ id }: { readonly id: string }, { only }: Asked): boolean {
  return only.length === 0 || only.includes(id);
}

function* judgeCatalogue(
  { kind, mutants, variants }: ModuleCatalogue,
  asked: Asked,
): Generator<Promise<JudgedModule>> {
  const { budget } = asked;
  for (const variant of variants.filter((one) => isAsked(one, asked))) {
    yield runOne(kind, variant, budget).then((run) => ({
      verdict: judgeVariant(asServer(variant), run),
      results: run.results,
    }));
  }
  for (const mutant of mutants.filter((one) => isAsked(one, asked))) {
    yield runOne(kind, mutant, budget).then((run) => ({
      verdict: judgeMutant(asServer(mutant), run),
      results: run.results,
    }));
  }
}

/** These mostly wait, so that they run at the same time. */
function judgeFaulty(
  { kind, harnesses }: ModuleCatalogue,
  asked: Asked,
): readonly Promise<JudgedModule>[] {
  return harnesses
    .filter((one) => isAsked(one, asked))
    .map(async (harness) => {
      const run = await runFaulty(kind, harness);
      return { verdict: judgeHarness(asServer(harness), run), results: run.results };
    });
}

/** The same with the members that only servers have. */
function asServer(known: {
  readonly id: string;
  readonly defect: string;
  readonly fails?: BrokenModule['fails'];
}): Parameters<typeof judgeMutant>[0] {
  const { id, defect, fails = {} } = known;
  return { id, defect, fails, seam: '', make: (original) => original };
}

const EVERYTHING: ModuleSelection = {
  run: [],
  skip: [],
  profiles: [],
  personalities: [],
  threshold: 'should',
};

function runOne(
  kind: Kind,
  { options }: BrokenModule,
  budget: number,
  run: readonly string[] = [],
): Promise<SuiteRun> {
  const asked = { ...EVERYTHING, run, ...options(), budget };
  return kind === 'application'
    ? runApplicationSuite(asked as ApplicationSuiteOptions)
    : runMiddlewareSuite(asked as MiddlewareSuiteOptions);
}

/** Milliseconds for a module that may never answer. */
const FAULTY_BUDGET = 500;

/** A module that may block or end its thread gets one of its own. */
function runFaulty(kind: Kind, { file }: FaultyModule): Promise<SuiteRun> {
  const url = new URL(file, folderOf(kind)).href;
  return runModule({ kind, url, name: file, selection: EVERYTHING, budget: FAULTY_BUDGET });
}

/** Takes each assertion out and sees whether a reference is still said to pass. */
export async function removeModuleAssertions(
  budget: number,
): Promise<{ readonly assertions: number; readonly survivors: readonly Site[] }> {
  const survivors: Site[] = [];
  let assertions = 0;
  for (const { kind, variants, mutants } of await loadModuleCatalogues()) {
    const references = variants.filter(({ id }) => id.endsWith(kind));
    sites.record();
    sites.takeReached();
    for (const module of [...references, ...mutants]) await runOne(kind, module, budget);
    const reached = sites.takeReached().filter((site) => isOfKind(kind, site));
    assertions += reached.length;
    for (const site of reached) {
      if (!(await isMissed({ kind, variants: references, mutants }, site, budget))) {
        survivors.push(site);
      }
    }
  }
  sites.remove(undefined);
  return { assertions, survivors };
}

function isOfKind(kind: Kind, site: Site): boolean {
  const [check = ''] = site.split(' ', 1);
  return suiteOf(kind).some(({ id }) => id === check);
}

async function isMissed(
  { kind, variants, mutants }: Pick<ModuleCatalogue, 'kind' | 'variants' | 'mutants'>,
  site: Site,
  budget: number,
): Promise<boolean> {
  const [check = ''] = site.split(' ', 1);
  sites.remove(site);
  for (const variant of variants) {
    const verdict = judgeVariant(asServer(variant), await runOne(kind, variant, budget, [check]));
    if (verdict.faults.some((fault) => !fault.startsWith('nothing passes'))) return true;
  }
  for (const mutant of mutants.filter(({ fails }) => Object.hasOwn(fails, check))) {
    const { results } = await runOne(kind, mutant, budget, [check]);
    const found = results.find((result) => result.check === check);
    const fragment = (mutant.fails as Readonly<Record<string, string>>)[check] ?? '';
    if (found?.outcome !== 'fail' || found.message?.includes(fragment) !== true) return true;
  }
  return false;
}

/** Every check fails for a mutant, and every testable rule of the role has a check. */
function findModuleGaps(kind: Kind, killing: ReadonlySet<string>): readonly string[] {
  const checks = suiteOf(kind);
  return [
    ...checks.filter(({ id }) => !killing.has(id)).map(({ id }) => `${id} fails for no mutant`),
    ...coverRules({ role: kind, checks, killing })
      .filter(({ isTestable, hasCheck }) => isTestable && !hasCheck)
      .map(({ id }) => `${id} has no check`),
  ];
}

/** One line for each level: rules, those that can be tested, those with a check, with a mutant. */
function tabulate(kind: Kind, killing: ReadonlySet<string>): string {
  const rules = coverRules({ role: kind, checks: suiteOf(kind), killing });
  const lines = ['MUST', 'SHOULD', 'MAY'].flatMap((level) => {
    const counts = countRules(rules.filter((rule) => rule.level === level));
    if (counts.all === 0) return [];
    const { all, testable, withCheck, withMutant } = counts;
    const told = `${all} rules, ${testable} testable, ${withCheck} with check, ${withMutant} with mutant`;
    return [`${kind} ${level}: ${told}\n`];
  });
  return lines.join('');
}
