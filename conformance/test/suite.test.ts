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
    for (const { id } of serverSuite) expect(ruleOfCheck(id).role, id).toBe('server');
  });

  test('needs only checks that exist', () => {
    const ids = new Set(serverSuite.map(({ id }) => id));
    for (const check of serverSuite) {
      for (const need of needsOf(check)) expect(ids.has(need), `${check.id} needs ${need}`).toBe(true);
    }
  });

  test('imports no module of Node, so that any runtime can host its applications', () => {
    for (const name of readdirSync(FOLDER)) {
      const source = readFileSync(new URL(name, FOLDER), 'utf8');
      const values = source.matchAll(/^import (?!type)[^;]*? from '([^']+)';/gms);
      for (const [, from = ''] of values) expect(from, name).toMatch(/^\.\.?\//);
    }
  });

  test('waits for events and never for time', () => {
    for (const name of readdirSync(FOLDER)) {
      const source = readFileSync(new URL(name, FOLDER), 'utf8');
      expect(source, name).not.toMatch(/setTimeout|setInterval|Date\.now|performance\./);
    }
  });
});
