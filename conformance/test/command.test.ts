import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import type { Report } from '../src/report/report.ts';
import { departures } from './json-schema.ts';

const KIT = fileURLToPath(new URL('..', import.meta.url));
const BINARY = join(KIT, 'bin/tsgi-conformance.mjs');
const SEAM_SERVER = join(KIT, 'adapters/seam-server.mjs');
const FOLDER = mkdtempSync(join(tmpdir(), 'tsgi-conformance-'));
const LIMIT = 300_000;

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

afterAll(() => rmSync(FOLDER, { recursive: true }));

async function run(command: string, args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(command, args, { cwd: KIT, maxBuffer: 1e8 }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

function kit(...args: readonly string[]): Promise<Ended> {
  return run(process.execPath, [BINARY, ...args]);
}

/** Runs with a JSON report, which must agree with its schema. */
async function judge(...args: readonly string[]): Promise<Ended & { readonly report: Report }> {
  const file = join(FOLDER, 'report.json');
  const ended = await kit(
    'server',
    ...args,
    '--reporter',
    'terminal',
    '--reporter',
    `json=${file}`,
  );
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  const schema = JSON.parse(
    readFileSync(join(KIT, 'schemas/report.schema.json'), 'utf8'),
  ) as object;
  expect(departures(schema, report)).toEqual([]);
  expect(report.summary.exitCode).toBe(ended.code);
  return { ...ended, report };
}

describe('tsgi-conformance', () => {
  test.each([
    [[], 'a command is missing'],
    [['frob'], 'unknown command "frob"'],
    [['server'], 'ADAPTER is missing'],
    [['server', 'none.mjs'], 'ADAPTER "none.mjs" does not exist'],
    [['server', SEAM_SERVER, 'second.mjs'], 'got a second: "second.mjs"'],
    [['server', SEAM_SERVER, '--level', 'high'], '--level takes must, should or may, got "high"'],
    [['server', join(KIT, 'mutants/server/alter.mjs')], 'is no adapter'],
    [['explain', 'NO-RULE'], '"NO-RULE" is neither a rule nor a check'],
    [['explain', 'ENV-METHOD.none'], 'is neither a rule nor a check'],
    [['list', 'x'], 'list takes server, app or middleware, got "x"'],
    [['selftest', '--mutant', 'S0'], 'no mutant has the id "S0"'],
  ])(
    'answers %j with one line and exit code 2',
    async (args, message) => {
      const { code, out, err } = await kit(...args);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toMatch(/^tsgi-conformance: [^\n]+\n$/);
      expect(err).toContain(message);
    },
    LIMIT,
  );

  test(
    'passes a server that keeps the rules',
    async () => {
      const { code, out, report } = await judge(SEAM_SERVER, '--run', 'ENV-PATH-*');
      expect(code).toBe(0);
      expect(out).toContain('pass    ENV-PATH-DOTS.escaped');
      expect(report.summary.pass).toBe(
        report.results.filter(({ outcome }) => outcome === 'pass').length,
      );
      expect(report.results.find(({ check }) => check === 'BODY-ALL.array')).toMatchObject({
        outcome: 'skip',
        reason: 'filtered',
      });
    },
    LIMIT,
  );

  test(
    'fails a broken server, and the command it prints shows the failure again',
    async () => {
      const adapter = `${SEAM_SERVER}?mutant=S01`;
      const { code, out, report } = await judge(adapter, '--run', 'ENV-METHOD.*');
      expect(code).toBe(1);
      expect(out).toContain('FAIL  ENV-METHOD.token-get\n');
      const failed = report.results.find(({ outcome }) => outcome === 'fail');
      expect(failed).toMatchObject({ expected: 'REQUEST_METHOD: "get"', got: '"GET"' });
      expect(failed?.wire[0]?.sent).toMatch(/^get \/ HTTP\/1\.1\\r\\n/);
      const again = await run('sh', ['-c', failed?.reproduce ?? 'false']);
      expect(again.code).toBe(1);
      expect(again.out).toContain('FAIL  ENV-METHOD.token-get\n');
    },
    LIMIT,
  );

  test(
    'warns of a SHOULD that is not kept, and fails it where asked to',
    async () => {
      const args = [`${SEAM_SERVER}?mutant=S155`, '--run', 'HDR-DATE.*'];
      expect((await judge(...args)).report.summary).toMatchObject({
        exitCode: 0,
        warn: 1,
        fail: 0,
      });
      const strict = await judge(...args, '--level', 'should');
      expect(strict.report.summary).toMatchObject({ exitCode: 1, warn: 0, fail: 1 });
    },
    LIMIT,
  );

  test(
    'executes nothing with exit code 4',
    async () => {
      const { code, report } = await judge(SEAM_SERVER, '--run', 'NO-SUCH.*');
      expect(code).toBe(4);
      expect(report.summary.skip).toBe(report.summary.total);
    },
    LIMIT,
  );

  test.each(['rejects', 'exits', 'always-200', 'replay', 'no-url'])(
    'lets nothing pass with the faulty harness "%s", writes the report and exits with 3',
    async (name) => {
      const adapter = join(KIT, `mutants/harness/${name}.mjs`);
      const { code, report } = await judge(adapter, '--budget', '2000');
      expect(code).toBe(3);
      expect(report.summary.pass).toBe(0);
      expect(report.summary.error).toBeGreaterThan(0);
    },
    LIMIT,
  );

  test(
    'repeats in another order with the same result',
    async () => {
      const args = [SEAM_SERVER, '--run', 'SR-*', '--shuffle', '--seed', '9', '--repeat', '2'];
      const { code, out, report } = await judge(...args);
      expect(code).toBe(0);
      expect(out).toContain('seed 9');
      expect(report.options).toMatchObject({ shuffle: true, seed: 9, repeat: 2 });
    },
    LIMIT,
  );

  test(
    'lists checks and explains rules',
    async () => {
      const { code, out } = await kit('list', '--run', 'ENV-COOKIE-*');
      expect(code).toBe(0);
      expect(out).toContain('MUST   core           ENV-COOKIE-JOIN.two');
      const { out: explained } = await kit('explain', 'ENV-COOKIE-JOIN');
      expect(explained).toContain('tsgi-1.0.md#env-cookie-join');
      expect(explained).toContain('\nENV-COOKIE-JOIN.two\n');
    },
    LIMIT,
  );

  test(
    'smoke judges the adapter alone',
    async () => {
      const { code, out } = await kit('smoke', SEAM_SERVER);
      expect(code).toBe(0);
      expect(out).toContain('pass    ADP-CLOSE.refuses');
      expect(out).not.toContain('ENV-');
    },
    LIMIT,
  );

  test(
    'selftest catches a mutant by its checks and passes a legal variant',
    async () => {
      const { code, out } = await kit('selftest', '--mutant', 'S41', '--mutant', 'LA1');
      expect(code).toBe(0);
      expect(out).toMatch(/^ok {6}S41 .* \[.*INP-CONTINUE\.before-read\b.*\]$/m);
      expect(out).toMatch(/^ok {6}LA1 /m);
      expect(out).toContain('2 of 2 as declared');
    },
    LIMIT,
  );
});
