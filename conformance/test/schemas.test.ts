import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Schema } from '../src/schema/departures.ts';
import { departures } from './json-schema.ts';

const FOLDER = new URL('../schemas/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly exports: Readonly<Record<string, unknown>>;
};

describe('the schemas', () => {
  test.each(readdirSync(FOLDER))('%s is exported and says which draft it is', (file) => {
    const schema = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Record<
      string,
      unknown
    >;
    expect(schema['$schema']).toBe('https://json-schema.org/draft/2020-12/schema');
    expect(manifest.exports[`./schemas/${file}`]).toBe(`./schemas/${file}`);
  });
});

describe('departures', () => {
  const schema: Schema = {
    oneOf: [
      { type: 'object', required: ['a', 'z'], properties: { a: { const: 1 } } },
      { type: 'object', required: ['b'], additionalProperties: { $ref: '#/$defs/word' } },
    ],
    $defs: { word: { type: 'string' } },
  };

  test.each([
    [{ a: 1, z: 2 }, []],
    [{ b: 'x', c: 'y' }, []],
    [{ b: 'x', c: 1 }, ['$.c is no string']],
    [{ a: 2, z: 2 }, ['$.a is not the constant']],
    [{ b: 'x', z: 'y' }, []],
  ])('finds the one form that %j has', (value, expected) => {
    expect(departures(schema, value)).toEqual(expected);
  });

  test('refuses what has two forms', () => {
    const both: Schema = { oneOf: [{ type: 'string' }, { const: 'x' }] };
    expect(departures(both, 'x')).toEqual(['$ fits 2 forms, not one']);
    expect(departures(both, 'y')).toEqual([]);
  });
});
