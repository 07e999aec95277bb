import { describe, expect, test } from 'vitest';
import { parseTags } from '../src/entity-tag.ts';

describe('parseTags', () => {
  test.each([
    ['*', '*'],
    ['"a"', ['"a"']],
    ['W/"a", "b,c" ,, ""', ['W/"a"', '"b,c"', '""']],
    ['', []],
    ['a', undefined],
    ['"a" "b"', undefined],
    ['"a', undefined],
    ['w/"a"', undefined],
    ['*, "a"', undefined],
  ])('%s', (field, tags) => {
    expect(parseTags(field)).toEqual(tags);
  });
});
