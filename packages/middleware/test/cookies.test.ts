import type { Environ } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { cookies, deleteCookie, parseCookies, setCookie } from '../src/cookies.ts';

describe('cookies', () => {
  test.each([
    ['a=1; b=2', { a: '1', b: '2' }],
    ['a=1; a=2', { a: '1' }],
    ['a="x y"; b=%C3%A9; c=%E9', { a: 'x y', b: '\u00E9', c: '%E9' }],
    ['a; =b; c=d=e;;', { c: 'd=e' }],
    ['__proto__=1', { ['__proto__']: '1' }],
    ['', {}],
  ])('of %s', (field, expected) => {
    expect([...parseCookies(field)]).toEqual(Object.entries(expected));
  });

  test('are those of the request', () => {
    expect(cookies({ HTTP_COOKIE: 'a=1' } as Partial<Environ> as Environ).get('a')).toBe('1');
    expect(cookies({} as Environ).size).toBe(0);
  });
});

describe('setCookie', () => {
  test('is strict by default', () => {
    expect(setCookie('a', '1')).toEqual([
      'Set-Cookie',
      'a=1; Path=/; Secure; HttpOnly; SameSite=Lax',
    ]);
  });

  test('writes every attribute', () => {
    const options = {
      maxAge: 60,
      domain: 'a.test',
      path: '/x',
      secure: true,
      httpOnly: false,
    } as const;
    const [, value] = setCookie('a', '1', { ...options, sameSite: 'None', partitioned: true });
    expect(value).toBe(
      'a=1; Max-Age=60; Domain=a.test; Path=/x; Secure; SameSite=None; Partitioned',
    );
  });

  test.each(['a b', '\u00E9;\r\n', '100%', 'a,"\\'])(
    'encodes %j so that it reads back',
    (value) => {
      const [, field] = setCookie('a', value);
      expect(parseCookies(field.split(';')[0] ?? '').get('a')).toBe(value);
    },
  );

  test('deletes a cookie', () => {
    expect(deleteCookie('a', { path: '/x' })[1]).toContain('a=; Max-Age=0; Path=/x;');
  });

  test.each([
    ['a b', {}, 'a name must be a token'],
    ['', {}, 'a name must be a token'],
    ['a', { maxAge: 1.5 }, 'maxAge must be whole seconds'],
    ['a', { domain: 'a.test; x' }, 'domain must be a host name'],
    ['a', { path: '/;x' }, 'path must begin with /'],
    ['a', { sameSite: 'None', secure: false } as const, 'sameSite None needs secure'],
    ['a', { sameSite: 'lax' as 'Lax' }, 'sameSite must be'],
    ['__Host-a', { path: '/x' }, '__Host-a needs the path /'],
    ['__Host-a', { domain: 'a.test' }, '__Host-a cannot have a domain'],
    ['__Secure-a', { secure: false }, '__Secure-a needs secure'],
    ['a', { partitioned: true, secure: false }, 'partitioned needs secure'],
  ])('refuses %s with %j', (name, options, message) => {
    expect(() => setCookie(name, '1', options)).toThrow(message);
  });
});
