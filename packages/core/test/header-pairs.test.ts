import { describe, expect, test } from 'vitest';
import { headerPairs } from '../src/header-pairs.ts';

describe('headerPairs', () => {
  test('keeps the order and what repeats', () => {
    expect(headerPairs(['A', '1', 'B', '', 'A', '2'])).toEqual([
      ['A', '1'],
      ['B', ''],
      ['A', '2'],
    ]);
    expect(headerPairs([])).toEqual([]);
  });

  test('gives what Headers takes', () => {
    const headers = new Headers(headerPairs(['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2']));
    expect(headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });
});
