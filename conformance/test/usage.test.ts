import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseFlags } from '../src/cli/flags.ts';
import { explainRun } from '../src/cli/load-hints.ts';
import { chooseTarget } from '../src/cli/server-target.ts';
import { runKit, runMain, LIMIT, SEAM_SERVER } from './run-kit.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'tsgi-usage-'));
const at = (name: string): string => join(FOLDER, name);
writeFileSync(at('torn.target.mjs'), 'throw new Error("torn");\n');
writeFileSync(at('stale.expect'), 'ENV-METHOD.get fail once\n');

afterAll(() => rmSync(FOLDER, { recursive: true }));

describe('tsgi-conformance', () => {
  test.each([
    [['server', FOLDER], 'is a folder: name a module'],
    [['app', FOLDER], 'is a folder: name a module'],
    [['server'], 'name a module, or use --cmd, --protocol or --url'],
    [['server', '--', '-none.mjs'], 'ADAPTER "-none.mjs" does not exist'],
    [['server', at('torn.target.mjs')], 'torn.target.mjs cannot be loaded: Error: torn'],
    [['server', '--url', 'http://127.0.0.1:99999'], 'got "http://127.0.0.1:99999"'],
    [['server', '--url', 'http://u:p@127.0.0.1:1'], 'http://HOST:PORT, without a path'],
    [['server', '--url', 'http://127.0.0.1:1/api'], 'http://HOST:PORT, without a path'],
    [['explain', 'ENV-METOD'], 'is neither a rule nor a check; did you mean ENV-METHOD?'],
    [['explain', 'env-method.get'], 'did you mean ENV-METHOD.get?'],
    [['explain', 'ENV-*'], "list --run 'ENV-*' names the checks that a glob fits"],
    [['expect', '--update', at('none/x.expect'), SEAM_SERVER], 'x.expect cannot be written'],
    [
      ['server', SEAM_SERVER, '--reporter', 'json=x', '--reporter', 'tap=./x'],
      'json and tap cannot share the file "./x"',
    ],
    [
      ['server', SEAM_SERVER, '--reporter', 'html={profile}.html'],
      '--reporter html writes one file; {profile} is for badge',
    ],
    [
      ['server', SEAM_SERVER, '--reporter', `badge=${at('none/{profile}.json')}`],
      'none/all.json cannot be written',
    ],
  ])('answers %j with one line before anything runs', async (args, message) => {
    const { code, out, err } = await runMain(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^tsgi-conformance: [^\n]+\n$/);
    expect(err).toContain(message);
  });

  test('tells its version and that of the specification', async () => {
    const { code, out } = await runMain('server', '--version');
    expect(code).toBe(0);
    expect(out).toMatch(/^@tsgi\/conformance \d+\.\d+\.\d+, TSGI 1\.0\n$/);
  });

  test('says of each glob that fits no check what may have been meant, and lists the rest', async () => {
    const { code, out, err } = await runMain('list', '--run', 'ENV-METHOD,BODY-ALL.*');
    expect(code).toBe(0);
    expect(out).toContain('BODY-ALL.array');
    expect(err).toBe(
      'tsgi-conformance: --run ENV-METHOD fits no check; did you mean "ENV-METHOD.*"?\n',
    );
  });

  test('leaves nothing behind where a file of expected failures could not be updated', async () => {
    const { code } = await runMain('expect', '--update', at('new.expect'), 'none.mjs');
    expect(code).toBe(2);
    expect(existsSync(at('new.expect'))).toBe(false);
  });
});

describe('explainRun', () => {
  const explain = (fault: string, name = 'unknown'): string | undefined =>
    explainRun({ meta: { name, version: 'unknown' }, results: [], fault }, 'my.mjs').fault;

  test.each([
    ['SyntaxError: Unexpected token', '"node --check my.mjs" shows the place'],
    ['the server thread ended with exit code 13', 'a top-level await of my.mjs'],
    [
      'TypeError (ERR_UNKNOWN_FILE_EXTENSION): Unknown file extension ".ts" for /x/my.ts',
      'does not load TypeScript by itself',
    ],
  ])('adds to %j what to do about it', (fault, hint) => {
    expect(explain(fault)).toContain(`the adapter my.mjs cannot be loaded: ${fault}; `);
    expect(explain(fault)).toContain(hint);
  });

  test('leaves the fault of a target that has told its name as it is', () => {
    expect(explain('the harness ended', 'mine')).toBe('the harness ended');
  });

  test('names a target that nobody got to know by its path', () => {
    const run = { meta: { name: 'unknown', version: 'unknown' }, results: [] };
    expect(explainRun(run, 'my.mjs').meta.name).toBe('my.mjs');
  });
});

describe('the line that shows a failure again', () => {
  test('validates messages where the run did', async () => {
    const flags = parseFlags(['--protocol', 'my-harness', '-V'], ['protocol', 'validate']);
    const { words } = await chooseTarget(flags);
    expect(words).toEqual(['--protocol', 'my-harness', '--validate']);
  });

  test(
    'names the file of expected failures and the number of runs',
    async () => {
      const expected = ['--expect', at('stale.expect'), '--repeat', '2'];
      const args = ['server', SEAM_SERVER, '--run', 'ENV-METHOD.get', ...expected];
      const { code, out } = await runKit(...args);
      expect(code).toBe(1);
      const again = /^ {2}again {5}node \S+ (.+)$/m.exec(out)?.[1] ?? '';
      expect(again).toContain(`--expect ${at('stale.expect')} --repeat 2`);
      const repeated = await runKit(...again.split(' '));
      expect(repeated.code).toBe(1);
      expect(repeated.out).toContain('XPASS  ENV-METHOD.get\n');
    },
    LIMIT,
  );
});
