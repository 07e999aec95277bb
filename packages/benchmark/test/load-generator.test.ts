import { describe, expect, test } from 'vitest';
import { autocannonArguments, type Load, wrkArguments } from '../src/load-generator.ts';

const LOAD: Load = {
  url: 'http://127.0.0.1:1/x',
  connections: 64,
  seconds: 2,
  headers: [['Cookie', 'a=b; c=d']],
};

describe('wrkArguments', () => {
  test('puts headers before the address', () => {
    expect(wrkArguments(LOAD).slice(-3)).toEqual(['-H', 'Cookie: a=b; c=d', LOAD.url]);
  });

  test('hands the size of a body to the script behind the address', () => {
    const args = wrkArguments({ ...LOAD, post: 65_536 });
    expect(args.slice(-3)).toEqual([LOAD.url, '--', '65536']);
    expect(args.at(args.indexOf('-s') + 1)).toMatch(/\/load\/post\.lua$/);
  });
});

describe('autocannonArguments', () => {
  test('puts headers before the address', () => {
    expect(autocannonArguments(LOAD).slice(-3)).toEqual(['-H', 'Cookie=a=b; c=d', LOAD.url]);
  });

  test('holds a body of the size asked for', () => {
    const args = autocannonArguments({ ...LOAD, post: 1000 });
    expect(args.at(args.indexOf('-m') + 1)).toBe('POST');
    expect(args.at(args.indexOf('-b') + 1)).toHaveLength(1000);
  });
});
