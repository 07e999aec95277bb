import { describe, expect, test } from 'vitest';
import { preferredCoding, preferredType } from '../src/accept.ts';

describe('preferredType', () => {
  const offered = ['text/plain', 'text/html', 'application/json'];

  test.each([
    [undefined, 'text/plain'],
    ['', 'text/plain'],
    ['*/*', 'text/plain'],
    ['text/html', 'text/html'],
    ['text/html;q=0.5, application/json', 'application/json'],
    ['text/*;q=0.3, text/html;q=0.7, */*;q=0.1', 'text/html'],
    ['text/*, text/plain;q=0', 'text/html'],
    ['image/png', undefined],
    ['Application/JSON ; Q=1.000', 'application/json'],
    ['text/html;q=2', undefined],
  ])('of %s is %s', (field, type) => {
    expect(preferredType(field, offered)).toBe(type);
  });
});

describe('preferredCoding', () => {
  const offered = ['br', 'gzip', 'identity'];

  test.each([
    [undefined, 'identity'],
    ['', 'identity'],
    ['gzip', 'gzip'],
    ['gzip, br', 'br'],
    ['gzip;q=1, br;q=0.9', 'gzip'],
    ['x-gzip', 'gzip'],
    ['*', 'br'],
    ['br;q=0, *', 'gzip'],
    ['identity;q=0.5, gzip;q=0.4', 'identity'],
    ['identity;q=0', undefined],
    ['*;q=0', undefined],
    ['deflate', 'identity'],
  ])('of %s is %s', (field, coding) => {
    expect(preferredCoding(field, offered)).toBe(coding);
  });
});
