import { describe, expect, test } from 'vitest';
import { ruleOfCheck } from '../src/rules.ts';
import { writeMatrixHtml } from '../src/selftest/matrix-html.ts';
import { buildMatrices } from '../src/selftest/matrix.ts';
import { readTrace } from '../src/selftest/reach.ts';

const CHECK = 'ENV-METHOD.token-get';

async function pageOf(message: string): Promise<string> {
  const verdict = { id: 'S01', defect: 'upper-cases', failed: [CHECK], faults: [] };
  const results = [{ check: CHECK, outcome: 'fail', message }] as const;
  return writeMatrixHtml(await buildMatrices([{ verdict, answer: { results, reached: [] } }], []));
}

describe('writeMatrixHtml', () => {
  test('shows each kill in the map, at its rule and at its server', async () => {
    const page = await pageOf('got "GET"');
    expect(page.match(/<rect /g)).toHaveLength(1);
    expect(page).toContain('<a class="chip" href="#S01"');
    expect(page).toContain('<details id="S01">');
    expect(page).toContain('got &quot;GET&quot;');
  });

  test('shows applications and middleware beside servers', async () => {
    const check = 'APP-SR-ONCE.every-request';
    const verdict = { id: 'A01', defect: 'calls twice', failed: [check], faults: [] };
    const title = 'one call';
    const results = [{ check, rule: ruleOfCheck(check), title, outcome: 'fail' }] as const;
    const page = writeMatrixHtml(await buildMatrices([], [{ verdict, results }]));
    expect(page).toContain('<details id="A01">');
    expect(page).toContain('1 applications, ');
    expect(page).toContain(`<a href="#application-APP-SR-ONCE"><code>${check}</code></a>`);
  });

  test('links each rule to the specification', async () => {
    expect(await pageOf('')).toContain('spec/tsgi-1.0.md#env-method"');
  });

  test('escapes what servers have said', async () => {
    expect(await pageOf('<script>')).not.toContain('<script>');
  });
});

describe('readTrace', () => {
  test('gathers the checks of each mutant', () => {
    const reach = readTrace('["A.x",["S1","S2"]]\n["B.y",["S1"]]\n["A.x",["S1"]]\n');
    expect([...(reach.get('S1') ?? [])]).toEqual(['A.x', 'B.y']);
    expect([...(reach.get('S2') ?? [])]).toEqual(['A.x']);
  });
});
