import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { KIT, LIMIT, runKit, runMain, SEAM_SERVER } from './run-kit.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'tsgi-exit-'));
const write = (name: string, text: string): string => {
  const path = join(FOLDER, name);
  writeFileSync(path, text);
  return path;
};

afterAll(() => rmSync(FOLDER, { recursive: true }));

const hello = (status: string): string => `export default (environ, startResponse) => {
  startResponse('${status}', [['Content-Type', 'text/plain']]);
  return [new TextEncoder().encode('hello')];
};`;
const APP = write('app.mjs', hello('200 OK'));
const BAD_APP = write('bad-app.mjs', hello('200'));
const NO_APP = write('no-app.mjs', 'throw new Error("not today");');
const MIDDLEWARE = write('mw.mjs', 'export const middleware = (application) => application;');
const BAD_MIDDLEWARE = write(
  'bad-mw.mjs',
  'export default (app) => (environ, start) => [...app(environ, start)];',
);
const REJECTS = join(KIT, 'mutants/harness/rejects.mjs');
const BROKEN = `${SEAM_SERVER}?mutant=S01`;
const KNOWN = write('known.expect', 'ENV-METHOD.token-get fail known\n');
const KNOWN_OF_APP = write(
  'app.expect',
  ['APP-STATUS.every-request fail old', 'BOOT-RESPONSE.any fail old', ''].join('\n'),
);
const STALE = write('stale.expect', 'ENV-METHOD.get fail once\n');

describe('exit codes', () => {
  test.each([
    [0, ['server', SEAM_SERVER, '--run', 'ENV-METHOD.*']],
    [0, ['server', BROKEN, '--run', 'ENV-METHOD.*', '--expect', KNOWN]],
    [1, ['server', BROKEN, '--run', 'ENV-METHOD.*']],
    [1, ['server', SEAM_SERVER, '--run', 'ENV-METHOD.*', '--expect', STALE]],
    [3, ['server', REJECTS, '--run', 'ENV-METHOD.*']],
    [4, ['server', SEAM_SERVER, '--skip', '*']],
    [0, ['smoke', SEAM_SERVER]],
    [3, ['smoke', REJECTS]],
    [0, ['app', APP]],
    [1, ['app', BAD_APP]],
    [0, ['app', BAD_APP, '--expect', KNOWN_OF_APP]],
    [1, ['app', APP, '--expect', KNOWN_OF_APP]],
    [2, ['app', APP, '--expect', APP]],
    [3, ['app', NO_APP]],
    [4, ['app', APP, '--skip', '*']],
    [0, ['smoke', 'app', APP]],
    [3, ['smoke', 'app', NO_APP]],
    [0, ['middleware', MIDDLEWARE]],
    [1, ['middleware', BAD_MIDDLEWARE]],
    [3, ['middleware', NO_APP]],
    [4, ['middleware', MIDDLEWARE, '--skip', '*']],
    [0, ['smoke', 'middleware', MIDDLEWARE]],
  ])(
    'is %i for %j',
    async (code, args) => {
      expect((await runKit(...args)).code).toBe(code);
    },
    LIMIT,
  );

  test.each([
    [0, ['help']],
    [0, ['list']],
    [0, ['list', 'app']],
    [4, ['list', '--skip', '*']],
    [0, ['explain', 'ENV-METHOD']],
    [2, ['explain', 'NO-RULE']],
    [2, []],
    [2, ['frob']],
    [2, ['server']],
    [2, ['app', 'none.mjs']],
    [2, ['smoke', 'middleware']],
    [2, ['selftest', '--mutant', 'S0']],
    [2, ['selftest', '--reporter', 'junit=x']],
    [2, ['server', SEAM_SERVER, '--reporter', `tap=${join(FOLDER, 'none/x.tap')}`]],
    [2, ['server', SEAM_SERVER, '--reporter', 'json', '--reporter', 'terminal']],
  ])('is %i for %j, without a target', async (code, args) => {
    const { code: is, out, err } = await runMain(...args);
    expect({ is, told: code === 2 ? err !== '' && out === '' : err === '' }).toEqual({
      is: code,
      told: true,
    });
  });

  test(
    'does not depend on who reads the output, and the files are written all the same',
    async () => {
      const file = join(FOLDER, 'unread.json');
      const args = ['server', BROKEN, '--run', 'ENV-METHOD.*', '--trace'];
      const reporters = ['--reporter', 'terminal', '--reporter', `json=${file}`];
      const child = spawn(
        process.execPath,
        [join(KIT, 'bin/tsgi-conformance.mjs'), ...args, ...reporters],
        { stdio: ['ignore', 'pipe', 'ignore'] },
      );
      child.stdout.destroy();
      const code = await new Promise((resolve) => {
        child.on('close', resolve);
      });
      expect(code).toBe(1);
      expect(readFileSync(file, 'utf8')).toContain('"exitCode": 1');
    },
    LIMIT,
  );
});
