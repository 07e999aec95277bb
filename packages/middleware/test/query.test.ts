import type { Environ } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { query } from '../src/query.ts';

describe('query', () => {
  const of = (text: string, limit?: number) => [
    ...query({ QUERY_STRING: text } as Environ, limit === undefined ? {} : { limit }),
  ];

  test('decodes parameters in their order', () => {
    expect(of('a=1&b=%C3%A9+x&a=&c')).toEqual([
      ['a', '1'],
      ['b', '\u00E9 x'],
      ['a', ''],
      ['c', ''],
    ]);
    expect([of(''), of('?a=1'), of('a=%')]).toEqual([[], [['?a', '1']], [['a', '%']]]);
  });

  test('refuses too many of them', () => {
    expect(of('a&b', 2)).toHaveLength(2);
    expect(() => of('a&b&c', 2)).toThrow('400 Bad Request: At most 2 parameters are taken.');
  });
});
