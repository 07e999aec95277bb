import { describe, expect, test } from 'vitest';
import {
  parseCoreTicks,
  parseCpuList,
  parseCpuTicks,
  parseStatusKib,
} from '../src/process-stat.ts';

const AFTER_NAME = 'S 1 2 3 0 -1 4194560 1200 0 3 0 321 45 6 7 20 0 11 0 98765 1087733760 12345';

describe('parseCpuTicks', () => {
  test('adds user and system time, not that of children', () => {
    expect(parseCpuTicks(`4242 (node) ${AFTER_NAME}\n`)).toBe(366);
  });

  test.each(['a b', 'a) S 9 9', '((', ')'])('reads past the name %j', (name) => {
    expect(parseCpuTicks(`4242 (${name}) ${AFTER_NAME}\n`)).toBe(366);
  });

  test('refuses what is no such line, and says what it was', () => {
    expect(() => parseCpuTicks('4242 (node) S 1\n')).toThrow('4242 (node) S 1');
  });
});

describe('parseStatusKib', () => {
  const status =
    'Name:\tnode\nVmPeak:\t 900 kB\nVmHWM:\t   52344 kB\nVmRSS:\t   48012 kB\nThreads:\t11\n';

  test('tells what is resident from the most that was', () => {
    expect(parseStatusKib(status, 'VmRSS')).toBe(48_012);
    expect(parseStatusKib(status, 'VmHWM')).toBe(52_344);
  });

  test('refuses the status of a process without memory, as of one that has ended', () => {
    expect(() => parseStatusKib('Name:\tnode\nState:\tZ (zombie)\n', 'VmRSS')).toThrow('no VmRSS');
  });
});

describe('parseCpuList', () => {
  test.each([
    ['0', [0]],
    ['0-1\n', [0, 1]],
    ['0,4-6,9', [0, 4, 5, 6, 9]],
  ])('reads %j', (list, cores) => {
    expect(parseCpuList(list)).toEqual(cores);
  });
});

describe('parseCoreTicks', () => {
  const stat =
    'cpu  9 9 9 9 9 9 9 9 0 0\ncpu0 1 2 3 400 50 6 7 8 0 0\ncpu1 0 0 5 1 1 0 0 0 0 0\nintr 1\n';

  test('counts what is neither idle time nor stolen', () => {
    expect(parseCoreTicks(stat, 0)).toBe(19);
    expect(parseCoreTicks(stat, 1)).toBe(5);
  });

  test('refuses a core that is not there', () => {
    expect(() => parseCoreTicks(stat, 2)).toThrow('no core 2');
  });
});
