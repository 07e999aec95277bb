import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { needsOf } from '../src/engine/select-checks.ts';
import { ruleOfCheck } from '../src/rules.ts';
import { serverSuite } from '../src/suites/server/suite.ts';

const FOLDER = new URL('../src/suites/server/', import.meta.url);

describe('serverSuite', () => {
  test('has no id twice', () => {
    expect(new Set(serverSuite.map(({ id }) => id)).size).toBe(serverSuite.length);
  });

  test('ties every check to a rule that binds servers', () => {
    const others = serverSuite.filter(({ id }) => ruleOfCheck(id).role !== 'server');
    expect(others.map(({ id }) => id)).toEqual([]);
  });

  test('needs only checks that exist', () => {
    const ids = new Set(serverSuite.map(({ id }) => id));
    const needs = serverSuite.flatMap((check) => needsOf(check));
    expect(needs.filter((need) => !ids.has(need))).toEqual([]);
  });

  test('imports no module of Node, so that any runtime can host its applications', () => {
    const imports = sources().flatMap((source) =>
      Array.from(source.matchAll(/^import (?!type)[^;]*? from '([^']+)';/gms), ([, from]) => from),
    );
    expect(imports.length).toBeGreaterThan(20);
    expect(imports.filter((from) => !/^\.\.?\//.test(from ?? ''))).toEqual([]);
  });

  test('waits for events and never for time', () => {
    const timers = /setTimeout|setInterval|Date\.now|performance\./;
    expect(sources().filter((source) => timers.test(source))).toEqual([]);
  });
});

function sources(): readonly string[] {
  return readdirSync(FOLDER).map((name) => readFileSync(new URL(name, FOLDER), 'utf8'));
}
