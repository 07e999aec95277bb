import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import type { Report } from '../src/report/report.ts';
import { departures } from './json-schema.ts';

const KIT = fileURLToPath(new URL('..', import.meta.url));
const BINARY = join(KIT, 'bin/tsgi-conformance.mjs');
const FOLDER = mkdtempSync(join(tmpdir(), 'tsgi-conformance-'));
const LIMIT = 300_000;

const write = (name: string, content: string): string => {
  const path = join(FOLDER, name);
  writeFileSync(path, content);
  return path;
};

const SOUND = write(
  'sound.mjs',
  `export const app = (environ, startResponse) => {
     startResponse('200 OK', [['Content-Type', 'text/plain']]);
     return [new TextEncoder().encode('hello')];
   };`,
);
const BROKEN = write(
  'broken app.mjs',
  `export default (environ, startResponse) => {
     startResponse('200', []);
     return [];
   };`,
);
const WRAPPER = write(
  'wrapper.mjs',
  'export const create = (application, options) => application;',
);

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

const kit = (...args: readonly string[]): Promise<Ended> =>
  run(process.execPath, [BINARY, ...args]);

describe('tsgi-conformance app and middleware', () => {
  test.each([
    [['app'], 'APP is missing'],
    [['app', 'none.mjs'], 'APP "none.mjs" does not exist'],
    [['middleware', WRAPPER, 'second.mjs'], 'got a second: "second.mjs"'],
    [['app', SOUND, '--personality', 'P99'], 'got "P99"'],
    [['app', SOUND, '--requests', 'none.json'], '--requests none.json cannot be read'],
    [['list', 'frob'], 'list takes server, app or middleware'],
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
    'passes a sound application, and reports in the shape of the schema',
    async () => {
      const file = join(FOLDER, 'report.json');
      const { code } = await kit('app', SOUND, '--reporter', `json=${file}`);
      const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
      const schema = JSON.parse(
        readFileSync(join(KIT, 'schemas/report.schema.json'), 'utf8'),
      ) as object;
      expect(departures(schema, report)).toEqual([]);
      expect({ code, kind: report.target.kind }).toEqual({ code: 0, kind: 'application' });
      const untestable = report.results.filter(({ reason }) => reason === 'untestable');
      expect(untestable.map(({ rule }) => rule)).toContain('RAW-DECIDE');
    },
    LIMIT,
  );

  test(
    'tells a failure with a command that shows it again when it is pasted',
    async () => {
      const first = await kit('app', BROKEN, '--run', 'APP-STATUS.*');
      expect(first.code).toBe(1);
      expect(first.out).toContain('got       the string "200" as the status in GET /, P0');
      const again = /^ {2}again {5}(.*)$/m.exec(first.out)?.[1] ?? '';
      const second = await run('/bin/sh', ['-c', again]);
      expect(second.code).toBe(1);
      expect(second.out).toContain('FAIL  APP-STATUS.every-request');
    },
    LIMIT,
  );

  test(
    'puts a middleware around by create()',
    async () => {
      const { code, out } = await kit('middleware', WRAPPER);
      expect(code).toBe(0);
      expect(out).toMatch(/wrapper\.mjs sync: \d+ pass, /);
    },
    LIMIT,
  );

  test(
    'makes the requests of a file, and knows what is expected of them',
    async () => {
      const requests = write(
        'requests.json',
        JSON.stringify([{ method: 'GET', target: '/x', status: [300, 399] }]),
      );
      const { code, out } = await kit('app', SOUND, '--requests', requests);
      expect(code).toBe(1);
      expect(out).toContain('FAIL  REQ-STATUS.expected');
      expect(out).toContain('expected  status: 300 to 399\n  got       200 OK for GET /x');
    },
    LIMIT,
  );

  test.each([
    ['application/harness/throws.mjs', 'the module cannot be loaded: Error: this module', []],
    ['application/harness/no-function.mjs', 'MOD-NONE', []],
    ['application/harness/endless-loop.mjs', 'waited 600 ms in vain for', ['--budget', '200']],
    ['application/harness/exits.mjs', 'the thread ended with exit code 0', []],
    ['middleware/harness/declares.mjs', 'declares.everything is not right', []],
  ])(
    'ends with exit code 3 and nothing passed for %s',
    async (file, message, flags) => {
      const [kind] = file.split('/');
      const command = kind === 'application' ? 'app' : 'middleware';
      const path = join(KIT, 'mutants', file);
      const { code, out } = await kit(command, path, ...flags);
      expect(code).toBe(3);
      expect(out).toContain(message);
      expect(out).not.toMatch(/^pass/m);
    },
    LIMIT,
  );

  test(
    'looks first whether a module answers at all',
    async () => {
      expect((await kit('smoke', 'app', SOUND)).code).toBe(0);
      expect((await kit('smoke', 'app', BROKEN)).code).toBe(1);
      expect((await kit('smoke', 'middleware', WRAPPER)).code).toBe(0);
    },
    LIMIT,
  );

  test(
    'lists and explains the checks of modules',
    async () => {
      const list = await kit('list', 'middleware', '--run', 'MW-CLOSE*');
      expect(list.out.trim().split('\n')).toHaveLength(4);
      const { out } = await kit('explain', 'APP-HEAD');
      expect(out).toContain('tsgi-conformance app FILE.mjs --run APP-HEAD.status --trace');
    },
    LIMIT,
  );
});
