import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { PlainData } from '../src/check.ts';
import { buildEvent, parseEvent } from '../src/probe/event-record.ts';
import { createProbe } from '../src/probe/hosted-application.ts';
import { serverSuite } from '../src/suites/server/suite.ts';
import { checkPlaceholders, fillTemplate, splitCommand } from '../src/target/command-template.ts';

const SOURCE = fileURLToPath(new URL('../src', import.meta.url));

/** The files that a file imports at run time, and the modules that are no files. */
function importsOf(file: string): readonly string[] {
  const text = readFileSync(file, 'utf8');
  const matches = text.matchAll(/^(?:import|export) (?!type\b)[^;]*? from '([^']+)';/gms);
  return [...matches].map((match) => match[1] ?? '');
}

function reachableFrom(entry: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  const waiting = [entry];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (found.has(file)) continue;
    const imports = importsOf(file);
    found.set(file, imports);
    const from = dirname(file);
    waiting.push(...imports.filter((name) => name.startsWith('.')).map((name) => join(from, name)));
  }
  return found;
}

describe('createProbe', () => {
  test('ends an application that a server calls without end', () => {
    const [check] = serverSuite;
    assert(check !== undefined);
    let reported = 0;
    const backstage = {
      report: () => {
        reported += 1;
      },
      hold: () => true,
      holdAsync: async () => undefined,
    };
    const probe = createProbe(check, 'nonce', backstage);
    const callForEver = (): void => {
      for (let calls = 0; calls < 1_000_000; calls += 1) probe.record('next');
    };
    expect(callForEver).toThrow('the application is called without end (next)');
    expect(reported).toBe(200_000);
  });
});

describe('the probe application', () => {
  const entries = readdirSync(join(SOURCE, 'probe')).map((name) => join(SOURCE, 'probe', name));

  test.each(entries)('needs no module of a runtime: %s', (entry) => {
    for (const [file, imports] of reachableFrom(entry)) {
      const outside = imports.filter((name) => !name.startsWith('.'));
      expect({ file, outside }).toEqual({ file, outside: [] });
    }
  });
});

describe('parseEvent', () => {
  test.each<[PlainData]>([
    [undefined],
    [null],
    [{ a: undefined, b: [undefined, 1] }],
    [[Number.NaN, Infinity, -Infinity, -0, 0]],
    ['lone \uD800, é and \u0000'],
  ])('gives back what buildEvent took: %j', (data) => {
    const line = buildEvent({ type: 'seen', data });
    expect(line).not.toContain('\n');
    expect(parseEvent(line)).toEqual(
      data === undefined ? { type: 'seen' } : { type: 'seen', data },
    );
  });

  test.each(['', 'x', '[1]', '{}'])('refuses %j', (line) => {
    expect(() => parseEvent(line)).toThrow(/JSON|event|iterable/);
  });
});

describe('splitCommand', () => {
  test.each([
    ['a  b\tc', ['a', 'b', 'c']],
    [`'a b' "c \\"d\\"" e\\ f`, ['a b', 'c "d"', 'e f']],
    [`--x='{app}'y`, ['--x={app}y']],
    [`a '' b`, ['a', '', 'b']],
    ['', []],
  ])('splits %j', (line, words) => {
    expect(splitCommand(line)).toEqual(words);
  });

  test.each([`a 'b`, 'a "b', 'a \\'])('refuses %j', (line) => {
    expect(() => splitCommand(line)).toThrow('a quote is not closed');
  });
});

describe('fillTemplate', () => {
  test('puts values in place, as often as they occur', () => {
    const values = { app: 'A', host: 'H', mount: '', port: '1', profile: 'sync', tmp: 'T' };
    expect(fillTemplate(['{app}', '{host}:{port}/{port}', '--m={mount}'], values)).toEqual([
      'A',
      'H:1/1',
      '--m=',
    ]);
  });

  test('knows what stands for nothing', () => {
    expect(() => checkPlaceholders(['{app}', '{appp}'])).toThrow('{appp} stands for nothing');
  });
});
