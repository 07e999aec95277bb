import { describe, expect, test } from 'vitest';
import { ExpiringMap } from '../src/expiring-map.ts';

describe('ExpiringMap', () => {
  test('gives a value until its time is over', () => {
    let now = 0;
    const map = new ExpiringMap<{ end: number }>(() => now);
    map.set('a', { end: 10 });
    now = 9;
    expect(map.get('a')).toEqual({ end: 10 });
    now = 10;
    expect(map.get('a')).toBe(undefined);
  });

  test('drops what is over when there are many, and nothing else', () => {
    let now = 0;
    const map = new ExpiringMap<{ end: number }>(() => now);
    map.set('kept', { end: 100 });
    for (let count = 1; count < 10_000; count += 1) map.set(String(count), { end: 1 });
    now = 50;
    expect(map.size).toBe(10_000);
    map.set('new', { end: 100 });
    expect([map.size, map.get('kept'), map.get('new')]).toEqual([2, { end: 100 }, { end: 100 }]);
  });
});
