import type { Environ } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { signedCookies } from '../src/signed-cookies.ts';

describe('signedCookies', () => {
  const [older, newer] = ['an older key of mine', 'a newer key of mine'];
  const environ = (field: string): Environ =>
    ({ HTTP_COOKIE: field }) as Partial<Environ> as Environ;
  const sent = (header: readonly [string, string]): string => header[1].split(';')[0] ?? '';

  test('reads what it has written, also after the key has changed', () => {
    const field = sent(signedCookies([older]).write('a', 'x.y=\u00E9'));
    expect(signedCookies([older]).read(environ(field), 'a')).toBe('x.y=\u00E9');
    expect(signedCookies([newer, older]).read(environ(field), 'a')).toBe('x.y=\u00E9');
    expect(signedCookies([newer]).read(environ(field), 'a')).toBe(undefined);
  });

  test.each(['a=1', 'a=', 'a=x.', 'b=1', ''])('does not believe %j', (field) => {
    expect(signedCookies([older]).read(environ(field), 'a')).toBe(undefined);
  });

  test('does not take a signature for another cookie', () => {
    const field = sent(signedCookies([older]).write('a', '1')).replace(/^a=/, 'b=');
    expect(signedCookies([older]).read(environ(field), 'b')).toBe(undefined);
  });

  test('refuses keys that are none', () => {
    expect(() => signedCookies([])).toThrow('signedCookies: keys must not be empty');
    expect(() => signedCookies(['short'])).toThrow('a key must have 16 characters or more');
  });
});
