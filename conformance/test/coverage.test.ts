import { describe, expect, test } from 'vitest';
import { loadCatalogue } from '../src/selftest/broken-server.ts';
import { findGapsOf, readExceptions } from '../src/selftest/coverage.ts';
import { listModuleMutants } from '../src/selftest/module-selftest.ts';
import { serverSuite } from '../src/suites/server/suite.ts';

const { mutants, variants, harnesses } = await loadCatalogue();
const declared = new Set(mutants.flatMap(({ fails }) => Object.keys(fails)));

describe('findGapsOf', () => {
  test('finds that every rule has a check and a mutant, and that every check catches one', () => {
    const { faults, text } = findGapsOf(declared);
    process.stdout.write(text);
    expect(faults).toEqual([]);
  });

  test('names a check that catches nothing, and the rule it leaves without a mutant', () => {
    const less = new Set([...declared].filter((id) => !id.startsWith('HINTS-FINAL.')));
    expect(findGapsOf(less).faults).toEqual([
      'HINTS-FINAL.not-merged fails for no broken server',
      'HINTS-FINAL has no mutant',
    ]);
  });

  test('names an exception that is out of date', () => {
    const [first = ''] = Object.keys(readExceptions().checks);
    expect(findGapsOf(new Set([...declared, first])).faults).toContain(
      `the exception for the check ${first} is out of date`,
    );
  });
});

describe('the catalogue of broken servers', () => {
  test('has no id twice, nor that of a module or a harness', async () => {
    const servers = ['reference', ...[...mutants, ...variants, ...harnesses].map(({ id }) => id)];
    const ids = [...servers, ...(await listModuleMutants())];
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  test('declares only checks that exist', () => {
    const known = new Set<string>(serverSuite.map(({ id }) => id));
    expect([...declared].filter((id) => !known.has(id))).toEqual([]);
  });

  test('explains every exception in a sentence', () => {
    const reasons = Object.values(readExceptions()).flatMap((list: object) => Object.values(list));
    expect(reasons.filter((reason) => String(reason).length < 20)).toEqual([]);
  });
});
