import { describe, expect, test } from 'vitest';
import { loadModuleCatalogues } from '../src/selftest/module-mutants.ts';
import { runModuleSelftest } from '../src/selftest/module-selftest.ts';

const LIMIT = 240_000;

describe('runModuleSelftest', () => {
  test(
    'catches broken applications and middleware by exactly the checks declared',
    async () => {
      const catalogues = await loadModuleCatalogues();
      const only = catalogues.flatMap(({ mutants, variants }) =>
        [...variants.slice(0, 3), ...mutants.slice(0, 12)].map(({ id }) => id),
      );
      const { judged } = await runModuleSelftest({
        only,
        budget: 1000,
        onVerdict: () => undefined,
      });
      const wrong = judged.filter(({ verdict }) => verdict.faults.length > 0);
      expect(wrong.map(({ verdict }) => verdict)).toEqual([]);
      expect(judged).toHaveLength(only.length);
    },
    LIMIT,
  );

  test('has no two broken modules of one name', async () => {
    const ids = (await loadModuleCatalogues()).flatMap(({ mutants, variants, harnesses }) =>
      [...mutants, ...variants, ...harnesses].map(({ id }) => id),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });
});
