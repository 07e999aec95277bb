import { findRule } from '../rules.ts';
import { serverSuite } from '../suites/server/suite.ts';
import { suiteOf } from '../target/run-module.ts';
import type { SlimResult } from './assignment.ts';
import { loadCatalogue } from './broken-server.ts';
import type { SelftestVerdict } from './judge-mutant.ts';
import { loadModuleCatalogues } from './module-mutants.ts';
import type { JudgedModule } from './module-selftest.ts';
import type { Judged } from './run-selftest.ts';

/** A program with one defect and the checks that catch it. */
export interface MatrixRow {
  readonly id: string;
  readonly defect: string;
  /** What of the kit's server is replaced; absent for modules. */
  readonly seam?: string;
  readonly isAsDeclared: boolean;
  readonly kills: readonly { readonly check: string; readonly message: string }[];
}

/** A rule with the checks that are tied to it. */
export interface MatrixRule {
  readonly id: string;
  readonly level: string;
  readonly profile: string;
  readonly text: string;
  readonly anchor: string;
  readonly checks: readonly { readonly id: string; readonly title: string }[];
}

/** Which check catches which broken program, for one kind of programs. */
export interface Matrix {
  readonly role: 'server' | 'application' | 'middleware';
  readonly rows: readonly MatrixRow[];
  readonly rules: readonly MatrixRule[];
}

/** The kill matrices of a run of the self-test. */
export async function buildMatrices(
  servers: readonly Judged[],
  modules: readonly JudgedModule[],
): Promise<readonly Matrix[]> {
  const { mutants } = await loadCatalogue();
  const judged = servers.map(({ verdict, answer }) => ({ verdict, results: answer.results }));
  const rows = buildRows(mutants, judged).toSorted((a, b) => byNumber(a) - byNumber(b));
  const ofModules = (await loadModuleCatalogues()).map((catalogue): Matrix => {
    const { kind } = catalogue;
    const rules = listRules(suiteOf(kind));
    return { role: kind, rows: buildRows(catalogue.mutants, modules), rules };
  });
  return [{ role: 'server', rows, rules: listRules(serverSuite) }, ...ofModules];
}

interface Mutant {
  readonly id: string;
  readonly defect: string;
  readonly seam?: string;
}

interface JudgedMutant {
  readonly verdict: SelftestVerdict;
  readonly results: readonly Pick<SlimResult, 'check' | 'message'>[];
}

function buildRows(
  mutants: readonly Mutant[],
  judged: readonly JudgedMutant[],
): readonly MatrixRow[] {
  return judged.flatMap(({ verdict, results }): readonly MatrixRow[] => {
    const mutant = mutants.find(({ id }) => id === verdict.id);
    if (mutant === undefined) return [];
    const { id, defect, seam } = mutant;
    const kills = results
      .filter(({ check }) => verdict.failed.includes(check))
      .map(({ check, message = '' }) => ({ check, message }));
    const replaced = seam === undefined ? {} : { seam };
    return [{ id, defect, ...replaced, isAsDeclared: verdict.faults.length === 0, kills }];
  });
}

function byNumber({ id }: MatrixRow): number {
  return Number(id.slice(1));
}

function listRules(suite: MatrixRule['checks']): readonly MatrixRule[] {
  const ids = [...new Set(suite.map(({ id }) => id.slice(0, id.indexOf('.'))))];
  return ids.toSorted().flatMap((id) => {
    const rule = findRule(id);
    if (rule === undefined) return [];
    const { level, profile, text, anchor } = rule;
    const checks = suite
      .filter((check) => check.id.startsWith(`${id}.`))
      .map((check) => ({ id: check.id, title: check.title }));
    return [{ id, level, profile, text, anchor, checks }];
  });
}
