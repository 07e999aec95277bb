import { describe, expect, test } from 'vitest';
import { didYouMean } from '../../src/settings/did-you-mean.ts';

const WORDS = ['bind', 'timeout', 'max-rss', 'workers'];

describe('didYouMean', () => {
  test.each([
    ['bnd', 'bind'],
    ['bidn', 'bind'],
    ['binds', 'bind'],
    ['TIMEOUT', 'timeout'],
    ['timout', 'timeout'],
    ['wokrer', 'workers'],
  ])('finds for %s the word %s', (given, expected) => {
    expect(didYouMean(given, WORDS, '--')).toBe(`; did you mean --${expected}?`);
  });

  test.each(['', 'x', 'preload', 'bi'])('finds nothing near %j', (given) => {
    expect(didYouMean(given, WORDS)).toBe('');
  });
});
