import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

interface Case {
  readonly name: string;
  readonly input: object;
  readonly output?: unknown;
  readonly error?: { readonly status?: number | readonly number[]; readonly code?: string };
}

interface Vectors {
  readonly description: string;
  readonly rules: readonly string[];
  readonly cases: readonly Case[];
}

const FOLDER = join(import.meta.dirname, '../vectors');
const SPEC = readFileSync(join(FOLDER, '../tsgi-1.0.md'), 'utf8');
const README = readFileSync(join(FOLDER, 'README.md'), 'utf8');
const RULES = new Set<string>(
  JSON.parse(readFileSync(join(FOLDER, '../rules.json'), 'utf8')).rules.map(
    ({ id }: { id: string }) => id,
  ),
);

const files = readdirSync(FOLDER).filter(
  (name) => name.endsWith('.json') && name !== 'vectors.schema.json',
);
const text = (file: string): string => readFileSync(join(FOLDER, file), 'utf8');
const load = (file: string): Vectors => JSON.parse(text(file));

describe.each(files)('%s', (file) => {
  test('is linked from the core and explained in the README', () => {
    expect(README).toContain(`[${file}](${file})`);
    expect(SPEC + README).toContain(file);
  });

  test('serves rules that exist', () => {
    const { rules, description } = load(file);
    expect(description).not.toBe('');
    expect(rules.filter((id) => !RULES.has(id))).toEqual([]);
    expect(rules.length).toBeGreaterThan(0);
  });

  test('gives every case a name of its own and either an output or an error', () => {
    const { cases } = load(file);
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
    const faulty = cases.filter(
      (one) => (one.output === undefined) === (one.error === undefined) || one.input === null,
    );
    expect(faulty).toEqual([]);
  });

  test('names only codes and statuses that the specification knows', () => {
    const errors = load(file).cases.flatMap(({ error }) => (error === undefined ? [] : [error]));
    const codes = errors.flatMap(({ code }) => (code === undefined ? [] : [code]));
    const statuses = errors.flatMap(({ status }) => status ?? []);
    expect(codes.filter((code) => !SPEC.includes(`\`${code}\``))).toEqual([]);
    expect(statuses.filter((status) => ![400, 404, 501].includes(status))).toEqual([]);
    expect(codes.length + statuses.length).toBeGreaterThanOrEqual(errors.length);
  });

  test('is pure ASCII, so that no tool changes its octets', () => {
    expect(text(file)).toMatch(/^[\n\x20-\x7e]*$/);
  });
});

describe('canonical-path.json', () => {
  test('is idempotent: each path that results gives itself', () => {
    const { cases } = load('canonical-path.json');
    const known = new Map(
      cases.map((one) => {
        const { method, mount, target } = one.input as Record<string, string>;
        return [`${method} ${mount} ${target}`, one.output as Record<string, string> | undefined];
      }),
    );
    let checked = 0;
    for (const output of known.values()) {
      const path = output && `${output['SCRIPT_NAME']}${output['PATH_INFO']}`;
      const again = known.get(`GET  ${path}`);
      if (again === undefined) continue;
      expect(again['PATH_INFO']).toBe(path);
      checked += 1;
    }
    expect(checked).toBeGreaterThan(100);
  });

  test('holds every vector that the table in the core shows', () => {
    const { cases } = load('canonical-path.json');
    const table = /\| target \| canonical path \|[\s\S]*?\n\n/.exec(SPEC)?.[0] ?? '';
    const rows = [...table.matchAll(/`(\/[^`]*)` \| `(\/[^`]*)`/g)].map(([, target, path]) => [
      target?.replaceAll('\\|', '|'),
      path,
    ]);
    expect(rows.length).toBeGreaterThan(10);
    const missing = rows.filter(
      ([target, path]) =>
        !cases.some(({ input, output }) => {
          const given = input as Record<string, string>;
          const paths = output as Record<string, string> | undefined;
          return (
            given['target'] === target && given['mount'] === '' && paths?.['PATH_INFO'] === path
          );
        }),
    );
    expect(missing).toEqual([]);
  });
});
