import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readRequestsFile } from '../src/cli/requests-file.ts';
import { departures } from './json-schema.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'tsgi-conformance-'));
const FILE = join(FOLDER, 'requests.json');
const SCHEMA = JSON.parse(
  readFileSync(new URL('../schemas/requests.schema.json', import.meta.url), 'utf8'),
) as object;

afterAll(() => rmSync(FOLDER, { recursive: true }));

function read(value: unknown): ReturnType<typeof readRequestsFile> {
  writeFileSync(FILE, JSON.stringify(value));
  return readRequestsFile(FILE);
}

describe('readRequestsFile', () => {
  test('reads everything that a request can have', () => {
    const value = [
      { method: 'GET', target: '/a?b=c', status: 200 },
      {
        method: 'POST',
        target: '/form',
        scheme: 'https',
        headers: { 'Content-Type': 'text/plain' },
        body: 'é',
        status: [200, 299],
      },
    ];
    expect(departures(SCHEMA, value)).toEqual([]);
    expect(read(value)).toEqual([
      { method: 'GET', target: '/a?b=c', headers: [], expect: { from: 200, to: 200 } },
      {
        method: 'POST',
        target: '/form',
        scheme: 'https',
        headers: [['Content-Type', 'text/plain']],
        body: '\xc3\xa9',
        expect: { from: 200, to: 299 },
      },
    ]);
  });

  test.each([
    [{}, 'an array of requests is expected'],
    [[], 'an array of requests is expected'],
    [[7], '[0] is no object'],
    [[{ target: '/' }], '[0].method is a token'],
    [[{ method: 'GET', target: 'x' }], '[0].target is a canonical path, got "x"'],
    [[{ method: 'GET', target: '/', scheme: 'ftp' }], '[0].scheme is http or https, got "ftp"'],
    [[{ method: 'GET', target: '/', body: 7 }], '[0].body is a text, got 7'],
    [[{ method: 'GET', target: '/', verb: 'x' }], '[0] has "verb"'],
    [[{ method: 'GET', target: '/', headers: { 'a b': 'x' } }], '[0].headers holds names'],
    [[{ method: 'GET', target: '/', status: 99 }], '[0].status is a code from 200 to 599'],
    [[{ method: 'GET', target: '/', status: [300, 200] }], 'got [300,200]'],
  ])('names the place of what is wrong with %j', (value, message) => {
    expect(() => read(value)).toThrow(message);
  });
});
