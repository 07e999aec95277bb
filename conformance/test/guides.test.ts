import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { PERSONALITIES } from '../src/suites/application/personalities.ts';
import { runApplicationSuite } from '../src/suites/application/run-application-suite.ts';
import { runMiddlewareSuite } from '../src/suites/middleware/run-middleware-suite.ts';
import { loadApplication, loadMiddleware } from '../src/target/load-module.ts';
import { departures } from './json-schema.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'tsgi-conformance-'));
const GUIDES = new URL('../../docs/guide/', import.meta.url);

afterAll(() => rmSync(FOLDER, { recursive: true }));

const readGuide = (name: string): string => readFileSync(new URL(name, GUIDES), 'utf8');

function firstBlock(guide: string, language: string): string {
  const [, block = ''] = new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(guide) ?? [];
  return block;
}

function writeModule(name: string, code: string): string {
  const path = join(FOLDER, name);
  writeFileSync(path, code);
  return pathToFileURL(path).href;
}

describe('the guides', () => {
  test('show an application that keeps the rules', async () => {
    const code = firstBlock(readGuide('conformance-applications.md'), 'js');
    const module = await loadApplication(writeModule('app.mjs', code));
    const { exitCode } = await runApplicationSuite({ ...module, threshold: 'should' });
    expect(exitCode).toBe(0);
  });

  test('show requests in the form of the schema', () => {
    const schema = JSON.parse(
      readFileSync(new URL('../schemas/requests.schema.json', import.meta.url), 'utf8'),
    ) as object;
    const json = firstBlock(readGuide('conformance-applications.md'), 'json');
    expect(departures(schema, JSON.parse(json))).toEqual([]);
  });

  test('name every personality', () => {
    const guide = readGuide('conformance-applications.md');
    expect(
      PERSONALITIES.filter(({ id }) => !new RegExp(`\\| .*\\b${id}\\b.* \\|`).test(guide)),
    ).toEqual([]);
  });

  test('show a middleware that keeps the rules', async () => {
    const code = firstBlock(readGuide('conformance-middleware.md'), 'js');
    const module = await loadMiddleware(writeModule('request-id.mjs', code));
    const { exitCode } = await runMiddlewareSuite({ ...module, threshold: 'should' });
    expect(exitCode).toBe(0);
  });
});
