import { describe, expect, test } from 'vitest';
import { findNear, tellStrayGlobs } from '../src/cli/near-ids.ts';

const IDS = ['ENV-METHOD.get', 'ENV-METHOD.token-get', 'BODY-ALL.array', 'SR-WIRE.status-200'];

describe('findNear', () => {
  test.each([
    ['ENV-METHOD.gte', 'ENV-METHOD.get'],
    ['env-method.get', 'ENV-METHOD.get'],
    ['BODYALL.array', 'BODY-ALL.array'],
    ['BODY-ALL.arrays', 'BODY-ALL.array'],
    ['ENV-METHOD.toke-gte', 'ENV-METHOD.token-get'],
    ['HTTP', undefined],
    ['', undefined],
  ])('takes %j for %j', (word, near) => {
    expect(findNear(word, IDS)).toBe(near);
  });
});

describe('tellStrayGlobs', () => {
  const tell = (run: readonly string[], skip: readonly string[] = []): string => {
    let told = '';
    tellStrayGlobs({ run, skip }, IDS, { out: () => undefined, err: (text) => (told += text) });
    return told;
  };

  test('says nothing of globs that fit some check', () => {
    expect(tell(['ENV-*', '*.array'], ['BODY-ALL.array'])).toBe('');
  });

  test.each([
    ['ENV-METHOD', '--run ENV-METHOD fits no check; did you mean "ENV-METHOD.*"?'],
    ['ENV-METOD.*', '--run ENV-METOD.* fits no check; did you mean "ENV-METHOD.*"?'],
    ['ENV-METHOD.gte', '--run ENV-METHOD.gte fits no check; did you mean ENV-METHOD.get?'],
    ['TLS-*', '--run TLS-* fits no check'],
  ])('tells of %s, and what may have been meant', (glob, message) => {
    expect(tell(['BODY-*', glob])).toBe(`tsgi-conformance: ${message}\n`);
  });

  test('tells of --skip as well', () => {
    expect(tell([], ['XYZ'])).toBe('tsgi-conformance: --skip XYZ fits no check\n');
  });
});
