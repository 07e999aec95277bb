import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { KIT, LIMIT, runNode, SEAM_SERVER } from './run-kit.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'tsgi-vitest-'));
const VITEST = join(
  dirname(createRequire(import.meta.url).resolve('vitest/package.json')),
  'vitest.mjs',
);
const ENTRY = join(KIT, 'dist/vitest.js');

afterAll(() => rmSync(FOLDER, { recursive: true }));

/** An author's file finds the kit among its dependencies, which vitest leaves as they are. */
const CONFIG = `export default {
  test: { include: ['*.test.mjs'], server: { deps: { external: [/conformance.dist/] } } },
};`;

interface Assertion {
  readonly title: string;
  readonly ancestorTitles: readonly string[];
  readonly status: 'passed' | 'failed' | 'skipped' | 'pending';
  readonly failureMessages: readonly string[];
}

interface Run {
  readonly code: number;
  readonly tests: readonly Assertion[];
  readonly out: string;
  readonly err: string;
}

/** Runs one test file that calls the kit, in a vitest of its own. */
async function runTests(name: string, source: string): Promise<Run> {
  const file = join(FOLDER, `${name}.test.mjs`);
  const json = join(FOLDER, `${name}.json`);
  writeFileSync(file, `import { conformance } from ${JSON.stringify(ENTRY)};\n${source}\n`);
  const reporters = ['--reporter=json', '--reporter=verbose', `--outputFile.json=${json}`];
  const args = [VITEST, 'run', '--root', FOLDER, '--config', 'config.mjs', `${name}.test.mjs`];
  writeFileSync(join(FOLDER, 'config.mjs'), CONFIG);
  const { code, out, err } = await runNode([...args, ...reporters], FOLDER);
  const report = JSON.parse(readFileSync(json, 'utf8')) as {
    readonly testResults: readonly { readonly assertionResults: readonly Assertion[] }[];
  };
  return { code, out, err, tests: report.testResults.flatMap((one) => one.assertionResults) };
}

const find = ({ tests }: Run, id: string): Assertion | undefined =>
  tests.find(({ title }) => title.startsWith(`${id} `));

const url = (query: string): string => JSON.stringify(pathToFileURL(SEAM_SERVER).href + query);

describe('conformance', () => {
  test(
    'is one test for each check of a good server, grouped by rule, with skips for what cannot be told',
    async () => {
      const run = await runTests('good', `conformance(new URL(${url('')}));`);
      expect(run.code).toBe(0);
      expect(run.tests.length).toBeGreaterThan(600);
      expect(find(run, 'ENV-METHOD.get')).toMatchObject({
        status: 'passed',
        ancestorTitles: ['TSGI conformance of the server', 'ENV-METHOD'],
      });
      expect(find(run, 'INP-SPOOL.none')?.status).toMatch(/skipped|pending/);
      expect(run.out).toContain('[untestable]');
    },
    LIMIT,
  );

  test(
    'fails one test for a broken server, with the block of the kit and nothing of its insides',
    async () => {
      const run = await runTests(
        'broken',
        `conformance(new URL(${url('?mutant=S01')}), { run: ['ENV-METHOD.*'] });`,
      );
      expect(run.code).toBe(1);
      const failed = run.tests.filter(({ status }) => status === 'failed');
      expect(failed.map(({ title }) => title.split(' ', 1)[0])).toEqual(['ENV-METHOD.token-get']);
      const [message = ''] = failed[0]?.failureMessages ?? [];
      expect(message).toMatch(/^NotConforming: FAIL {2}ENV-METHOD\.token-get\n {2}check {5}/);
      expect(message).toContain('  expected  REQUEST_METHOD: "get"\n  got       "GET"\n');
      expect(message).toContain(
        "  again     npx vitest run broken.test.mjs -t 'ENV-METHOD.token-get '",
      );
      expect(message).not.toContain('    at ');
    },
    LIMIT,
  );

  test(
    'takes an adapter that is an object of the test file, also for checks that block its thread',
    async () => {
      const run = await runTests(
        'object',
        `import * as adapter from ${JSON.stringify(SEAM_SERVER)};
         conformance({ meta: adapter.meta, start: adapter.start }, {
           name: 'mine', run: ['BODY-NODELAY.*', 'MOD-EXPORT.default'],
         });`,
      );
      expect(run.code).toBe(0);
      const ran = run.tests.filter(({ ancestorTitles }) => ancestorTitles[1] === 'BODY-NODELAY');
      expect(ran.length).toBeGreaterThan(0);
      expect(new Set(ran.map(({ status }) => status))).toEqual(new Set(['passed']));
      expect(find(run, 'MOD-EXPORT.default')?.status).toMatch(/skipped|pending/);
    },
    LIMIT,
  );

  test(
    'skips an expected failure with its reason, and fails for an entry that does not fit',
    async () => {
      const file = join(FOLDER, 'some.expect');
      writeFileSync(file, 'ENV-METHOD.token-get fail known\nENV-METHOD.get fail not true\n');
      const options = `{ run: ['ENV-METHOD.*'], expect: ${JSON.stringify(file)} }`;
      const run = await runTests(
        'expected',
        `conformance(new URL(${url('?mutant=S01')}), ${options});`,
      );
      expect(find(run, 'ENV-METHOD.token-get')?.status).toMatch(/skipped|pending/);
      expect(run.out).toContain('expected failure: known');
      expect(find(run, 'ENV-METHOD.get')?.failureMessages[0]).toContain(
        'passes, but is expected to fail: not true',
      );
      expect(find(run, 'the run')?.failureMessages[0]).toContain(
        `expected failures: ${file}: line 2: ENV-METHOD.get passes`,
      );
    },
    LIMIT,
  );

  test(
    'fails for an adapter that cannot be loaded or cannot start, for no check and for no file, and says why',
    async () => {
      const rejects = JSON.stringify(join(KIT, 'mutants/harness/rejects.mjs'));
      const run = await runTests(
        'faulty',
        `conformance('/no/such/adapter.mjs', { name: 'absent', run: ['ENV-METHOD.get'] });
         conformance(${rejects}, { name: 'rejects', run: ['ENV-METHOD.get'] });
         conformance(${rejects}, { name: 'nothing', run: ['NO-CHECK'] });
         conformance(${rejects}, { name: 'no file', run: ['ENV-*'], expect: '/none.expect' });`,
      );
      expect(run.code).toBe(1);
      const end = run.tests.find(({ title, ancestorTitles }) => {
        return title.startsWith('the run') && ancestorTitles[0] === 'absent';
      });
      expect(end?.failureMessages[0]).toMatch(/Cannot find module/);
      const get = run.tests.filter(({ title }) => title.startsWith('ENV-METHOD.get '));
      expect(get.map(({ status }) => status).slice(0, 2)).toEqual(['failed', 'failed']);
      expect(get[0]?.failureMessages[0]).toMatch(/^NotConforming: not run: .*Cannot find module/);
      const empty = run.tests.filter(({ ancestorTitles }) => ancestorTitles[0] === 'nothing');
      expect(empty.map(({ failureMessages }) => failureMessages)).toEqual([
        ['NotConforming: no check was executed: none is chosen'],
      ]);
      expect(run.out + run.err).toContain('expect: /none.expect: ENOENT');
    },
    LIMIT,
  );

  test(
    'judges applications and middleware, good and broken',
    async () => {
      const run = await runTests(
        'modules',
        `const hello = (environ, startResponse) => {
           startResponse('200 OK', [['Content-Type', 'text/plain']]);
           return [new TextEncoder().encode('hello')];
         };
         conformance.application(hello, { name: 'good app' });
         conformance.application(() => [], { name: 'bad app', run: ['APP-SR-CALLED.*'] });
         conformance.middleware((app) => app, { name: 'good middleware' });
         conformance.middleware((app) => (environ, start) => [...app(environ, start)], {
           name: 'bad middleware', run: ['MW-LAZY.*'],
         });`,
      );
      const failed = run.tests.filter(({ status }) => status === 'failed');
      expect(failed.map(({ ancestorTitles }) => ancestorTitles)).toEqual([
        ['bad app', 'APP-SR-CALLED'],
        ['bad middleware', 'MW-LAZY'],
      ]);
      expect(failed[0]?.failureMessages[0]).toContain('FAIL  APP-SR-CALLED.every-request\n');
    },
    LIMIT,
  );

  test(
    'takes a file of expected failures for applications and middleware too',
    async () => {
      const file = join(FOLDER, 'app.expect');
      writeFileSync(file, 'APP-SR-CALLED.* fail known\nAPP-STATUS.* fail not true\n');
      const run = await runTests(
        'expected-app',
        `conformance.application(() => [], {
           name: 'bad app', run: ['APP-SR-CALLED.*', 'APP-STATUS.*'],
           expect: new URL(${JSON.stringify(pathToFileURL(file).href)}),
         });`,
      );
      expect(find(run, 'APP-SR-CALLED.every-request')?.status).toMatch(/skipped|pending/);
      expect(find(run, 'APP-STATUS.every-request')?.failureMessages[0]).toContain(
        'passes, but is expected to fail: not true',
      );
      expect(find(run, 'the run')?.failureMessages[0]).toContain(
        'line 2: APP-STATUS.every-request',
      );
    },
    LIMIT,
  );
});
