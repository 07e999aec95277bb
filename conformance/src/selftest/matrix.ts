import { findRule } from '../rules.ts';
import { serverSuite } from '../suites/server/suite.ts';
import { loadCatalogue } from './broken-server.ts';
import type { Judged } from './run-selftest.ts';

/** A broken server and the checks that catch it. */
export interface MatrixRow {
  readonly id: string;
  readonly defect: string;
  readonly seam: string;
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

/** Which check catches which broken server. */
export interface Matrix {
  readonly rows: readonly MatrixRow[];
  readonly rules: readonly MatrixRule[];
}

/** The kill matrix of a run of the self-test. */
export async function buildMatrix(judged: readonly Judged[]): Promise<Matrix> {
  const { mutants } = await loadCatalogue();
  const rows = judged.flatMap(({ verdict, answer }): readonly MatrixRow[] => {
    const mutant = mutants.find(({ id }) => id === verdict.id);
    if (mutant === undefined) return [];
    const kills = answer.results
      .filter(({ check }) => verdict.failed.includes(check))
      .map(({ check, message = '' }) => ({ check, message }));
    const { id, defect, seam } = mutant;
    return [{ id, defect, seam, isAsDeclared: verdict.faults.length === 0, kills }];
  });
  return { rows: rows.toSorted((a, b) => byNumber(a) - byNumber(b)), rules: listRules() };
}

function byNumber({ id }: MatrixRow): number {
  return Number(id.slice(1));
}

function listRules(): readonly MatrixRule[] {
  const ids = [...new Set(serverSuite.map(({ id }) => id.slice(0, id.indexOf('.'))))];
  return ids.toSorted().flatMap((id) => {
    const rule = findRule(id);
    if (rule === undefined) return [];
    const { level, profile, text, anchor } = rule;
    const checks = serverSuite
      .filter((check) => check.id.startsWith(`${id}.`))
      .map((check) => ({ id: check.id, title: check.title }));
    return [{ id, level, profile, text, anchor, checks }];
  });
}
