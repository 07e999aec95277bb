import { describe, expect, test } from 'vitest';
import { parseFlags } from '../src/cli/flags.ts';

const ALLOWED = [
  'run',
  'profile',
  'level',
  'seed',
  'repeat',
  'budget',
  'trace',
  'reporter',
] as const;

describe('parseFlags', () => {
  test('reads values after a space and after an equals sign', () => {
    const flags = parseFlags(['a.mjs', '--run', 'A,B', '--run=C', '--seed=7', '--trace'], ALLOWED);
    expect(flags).toMatchObject({
      positional: ['a.mjs'],
      run: ['A', 'B', 'C'],
      seed: 7,
      trace: true,
    });
  });

  test('keeps an equals sign in the name of a report', () => {
    const { reporters } = parseFlags(['--reporter', 'json=a=b.json'], ALLOWED);
    expect(reporters).toEqual([{ kind: 'json', file: 'a=b.json' }]);
  });

  test.each([
    [['--frob'], /unknown flag --frob/],
    [['--skip', 'x'], /unknown flag --skip/],
    [['--run'], /--run needs a glob/],
    [['--trace=yes'], /--trace takes no value, got "yes"/],
    [['--level', 'high'], /--level takes must, should or may, got "high"/],
    [['--profile', 'core,http9'], /--profile takes .*, got "http9"/],
    [['--repeat', '0'], /--repeat takes .*, got "0"/],
    [['--budget', '1e3'], /--budget takes .*, got "1e3"/],
    [['--seed', '-1'], /--seed takes .*, got "-1"/],
    [['--seed', '4294967296'], /--seed takes .*, got "4294967296"/],
    [['--reporter', 'xml'], /--reporter takes .*, got "xml"/],
    [['--reporter', 'json='], /--reporter takes .*, got "json="/],
    [['--reporter', 'terminal=x'], /--reporter terminal takes no file, got "x"/],
  ])('refuses %j with the flag and the value', (args, message) => {
    expect(() => parseFlags(args, ALLOWED)).toThrow(message);
  });
});
