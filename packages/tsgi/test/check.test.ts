import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { endCommands, tsgiIn } from './tsgi-process.ts';

let folder = '';

const SOUND = `export default (environ, startResponse) => {
  const content = Buffer.from('hello');
  startResponse('200 OK', [['Content-Type', 'text/plain'], ['Content-Length', '5']]);
  return [content];
};
export const short = (environ, startResponse) => {
  startResponse('200 OK', [['Content-Length', '6']]);
  return [Buffer.from('hello')];
};
`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tsgi-check-test-'));
  writeFileSync(join(folder, 'app.mjs'), SOUND);
});

afterEach(endCommands);
afterAll(() => rmSync(folder, { recursive: true }));

describe('tsgi check', () => {
  test('finds nothing wrong with a sound application, and has the kit judge it', async () => {
    const command = tsgiIn({ cwd: folder }, 'check', 'app.mjs');
    expect(await command.exit).toBe(0);
    expect(command.errors()).toBe('');
    expect(command.output()).toMatch(/lint 8 requests, nothing found\n/);
    expect(command.output()).toMatch(/^app\.mjs sync: \d+ pass, \d+ skip of \d+/m);
  });

  test('names the rules that an application breaks', async () => {
    const command = tsgiIn({ cwd: folder }, 'check', 'app.mjs:short');
    expect(await command.exit).toBe(1);
    expect(command.output()).toContain('FAIL  APP-CL-MATCH');
    expect(command.output()).toMatch(/MUST APP-CL-MATCH: .* \(\d+ times\) \[application\]\n/);
  });

  test('writes JSON', async () => {
    const command = tsgiIn({ cwd: folder }, 'check', 'app.mjs:short', '--json', '--requests', '1');
    expect(await command.exit).toBe(1);
    expect(JSON.parse(command.output())).toMatchObject({
      application: 'app.mjs:short',
      lint: { requests: 1, rules: [{ rule: 'APP-CL-MATCH', level: 'MUST', count: 1 }] },
    });
  });

  test('ends with 4 where there is no application', async () => {
    const command = tsgiIn({ cwd: folder }, 'check', 'absent.mjs');
    expect(await command.exit).toBe(4);
  });
});
