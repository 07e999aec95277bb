import { describe, expect, test } from 'vitest';
import {
  matchesGlob,
  needsOf,
  orderChecks,
  selectChecks,
  shuffle,
} from '../src/engine/select-checks.ts';
import { serverSuite } from '../src/suites/server/suite.ts';

const ALL = { run: [], skip: [], profiles: [] };

function chosen(selection: Partial<Record<keyof typeof ALL, readonly string[]>>) {
  return selectChecks(serverSuite, { ...ALL, ...selection })
    .filter(({ left }) => left === undefined)
    .map(({ check }) => check.id);
}

describe('matchesGlob', () => {
  test('gives no meaning to characters other than the star and the question mark', () => {
    expect(matchesGlob('A.b', 'A.b')).toBe(true);
    expect(matchesGlob('Axb', 'A.b')).toBe(false);
    expect(matchesGlob('ENV-METHOD.get', 'ENV-*.g?t')).toBe(true);
    expect(matchesGlob('ENV-METHOD.get', 'METHOD')).toBe(false);
  });
});

describe('selectChecks', () => {
  test('chooses everything without filters', () => {
    expect(chosen({})).toHaveLength(serverSuite.length);
  });

  test('chooses what a chosen check depends on', () => {
    expect(chosen({ run: ['CONN-ORDER.pipelined'] }).toSorted()).toEqual([
      'BOOT-ANSWER.get',
      'BOOT-CAPABILITY.keepAlive',
      'BOOT-CAPABILITY.pipelining',
      'CONN-ORDER.pipelined',
    ]);
  });

  test('says why a check is left out', () => {
    const reasons = selectChecks(serverSuite, { ...ALL, skip: ['ENV-*'], profiles: ['core'] });
    expect(reasons.find(({ check }) => check.id === 'ENV-METHOD.get')?.left).toBe('filtered');
    expect(reasons.find(({ check }) => check.id === 'CONN-CLOSE.token')?.left).toBe('profile');
    expect(reasons.find(({ check }) => check.id === 'BODY-ALL.array')?.left).toBeUndefined();
  });
});

describe('orderChecks', () => {
  test('puts no check before what it needs, whatever the seed', () => {
    for (const seed of [undefined, 1, 2, 4_294_967_295]) {
      const ids = orderChecks(serverSuite, seed).map(({ id }) => id);
      expect(ids.toSorted()).toEqual(serverSuite.map(({ id }) => id).toSorted());
      for (const check of serverSuite) {
        const place = ids.indexOf(check.id);
        expect(needsOf(check).every((need) => ids.indexOf(need) < place)).toBe(true);
      }
    }
  });

  test('sorts without a seed and does the same twice with one', () => {
    const plain = orderChecks(serverSuite).map(({ id }) => id);
    const tail = plain.filter((id) => id.startsWith('ENV-'));
    expect(tail).toEqual(tail.toSorted());
    expect(orderChecks(serverSuite, 7)).toEqual(orderChecks(serverSuite, 7));
    expect(orderChecks(serverSuite, 7)).not.toEqual(orderChecks(serverSuite, 8));
  });
});

describe('shuffle', () => {
  test('keeps every item and changes nothing in place', () => {
    const items = Object.freeze([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(shuffle(items, 3).toSorted((a, b) => a - b)).toEqual(items);
  });
});
