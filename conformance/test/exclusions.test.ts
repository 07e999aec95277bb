import { describe, expect, test } from 'vitest';
import { selectChecks } from '../src/engine/select-checks.ts';
import { readExclusions } from '../src/expect/exclusions.ts';
import { runApplicationSuite } from '../src/suites/application/run-application-suite.ts';
import { applicationSuite } from '../src/suites/application/suite.ts';
import { middlewareSuite } from '../src/suites/middleware/suite.ts';
import { serverSuite } from '../src/suites/server/suite.ts';

const ENTRY = {
  check: 'BODY-ALL.array',
  date: '2027-01-31',
  link: 'https://example.test/12',
  why: 'It demands more than the rule.',
};
const NOTE = 'since 2027-01-31: It demands more than the rule. https://example.test/12';

const write = (entry: object): string => JSON.stringify({ excluded: [entry] });

describe('readExclusions', () => {
  test('reads the list that the kit ships, in which every check is one of the kit', () => {
    const known = [...serverSuite, ...applicationSuite, ...middlewareSuite].map(({ id }) => id);
    expect(known).toEqual(expect.arrayContaining(Object.keys(readExclusions())));
  });

  test('tells date, reason and link of each check', () => {
    expect(readExclusions(write(ENTRY))).toEqual({ 'BODY-ALL.array': NOTE });
  });

  test.each([
    [{ ...ENTRY, date: 'today' }, '$.excluded[0].date does not match'],
    [{ ...ENTRY, link: 'http://example.test' }, '$.excluded[0].link does not match'],
    [{ ...ENTRY, why: ' ' }, '$.excluded[0].why does not match'],
    [{ check: ENTRY.check }, '$.excluded[0].date is missing'],
    [{ ...ENTRY, check: 'BOOT-ANSWER.get' }, 'BOOT-ANSWER.get cannot be excluded'],
  ])('refuses %j', (entry, message) => {
    expect(() => readExclusions(write(entry))).toThrow(message);
  });
});

describe('selectChecks', () => {
  const selection = { run: [], skip: [], profiles: [] };

  test('leaves an excluded check out, even where it is asked for by name', () => {
    const excluded = readExclusions(write(ENTRY));
    const run = [ENTRY.check];
    const selected = selectChecks(serverSuite, { ...selection, run, excluded });
    const found = selected.find(({ check }) => check.id === ENTRY.check);
    expect(found).toMatchObject({ left: 'excluded', note: NOTE });
  });

  test('lets no check wait for an excluded one', () => {
    const [needed, other] = serverSuite.filter(({ id }) => id.startsWith('BODY-ALL.'));
    if (needed === undefined || other === undefined) throw new Error('BODY-ALL has two checks');
    const suite = [needed, { ...other, dependsOn: [needed.id] }];
    const excluded = { [needed.id]: 'excluded' };
    const selected = selectChecks(suite, { ...selection, excluded });
    expect(selected.map(({ left }) => left)).toEqual(['excluded', undefined]);
    expect(selected[1]?.check.dependsOn).toEqual([]);
    expect(selectChecks(suite, selection)[1]?.check.dependsOn).toEqual([needed.id]);
  });
});

describe('runApplicationSuite', () => {
  test('skips an excluded check and says why', async () => {
    const { results } = await runApplicationSuite({
      application: (_environ, startResponse) => {
        startResponse('200 OK', []);
        return [];
      },
      run: ['APP-STATUS.*', 'APP-RETURN.*'],
      excluded: { 'APP-STATUS.every-request': NOTE },
    });
    const ran = results.filter(({ reason }) => reason !== 'filtered');
    expect(
      ran.map(({ check, outcome, reason, message }) => [check, outcome, reason, message]),
    ).toEqual([
      ['APP-RETURN.every-request', 'pass', undefined, undefined],
      ['APP-STATUS.every-request', 'skip', 'excluded', NOTE],
    ]);
  });
});
