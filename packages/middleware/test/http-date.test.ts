import { describe, expect, test } from 'vitest';
import { parseHttpDate, writeHttpDate } from '../src/http-date.ts';

describe('parseHttpDate', () => {
  // the three forms of RFC 9110, 5.6.7, of the same second
  test.each([
    'Sun, 06 Nov 1994 08:49:37 GMT',
    'Sunday, 06-Nov-94 08:49:37 GMT',
    'Sun Nov  6 08:49:37 1994',
  ])('reads %s', (text) => {
    expect(parseHttpDate(text)).toBe(784_111_777);
  });

  test.each([
    '',
    'Sun, 31 Feb 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 24:49:37 GMT',
    'Sun, 06 Nov 1994 08:49:37 UTC',
    'sun, 06 nov 1994 08:49:37 gmt',
    '1994-11-06T08:49:37Z',
    ' Sun, 06 Nov 1994 08:49:37 GMT',
  ])('refuses %j', (text) => {
    expect(parseHttpDate(text)).toBe(undefined);
  });

  test('puts a year of two digits at most 50 years ahead', () => {
    const now = Date.UTC(2026, 0, 1);
    expect(parseHttpDate('Sunday, 06-Nov-76 08:49:37 GMT', now)).toBe(
      Date.UTC(2076, 10, 6, 8, 49, 37) / 1000,
    );
    expect(parseHttpDate('Sunday, 06-Nov-77 08:49:37 GMT', now)).toBe(
      Date.UTC(1977, 10, 6, 8, 49, 37) / 1000,
    );
  });

  test('reads what writeHttpDate writes', () => {
    expect(writeHttpDate(784_111_777.9)).toBe('Sun, 06 Nov 1994 08:49:37 GMT');
  });
});
