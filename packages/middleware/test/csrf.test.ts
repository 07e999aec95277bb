import { describe, expect, test } from 'vitest';
import { csrf } from '../src/csrf.ts';
import { clientBetween } from './between-lints.ts';
import { answering } from './samples.ts';

describe('csrf', () => {
  const site = csrf({ trustedOrigins: ['https://app.test'] });
  const post = (headers: Record<string, string>, method = 'POST'): number =>
    clientBetween(site, answering('200 OK'), { host: 'shop.test', scheme: 'https' }).request(
      method,
      '/',
      { headers },
    ).status;

  test.each([
    [{ 'Sec-Fetch-Site': 'same-origin', Cookie: 'a=1' }],
    [{ 'Sec-Fetch-Site': 'none', Cookie: 'a=1' }],
    [{ Origin: 'https://shop.test', Cookie: 'a=1' }],
    [{ Origin: 'https://app.test', 'Sec-Fetch-Site': 'cross-site', Cookie: 'a=1' }],
    [{}],
    [{ Authorization: 'Bearer x' }],
  ])('lets %j through', (headers) => {
    expect(post(headers)).toBe(200);
  });

  test.each([
    [{ 'Sec-Fetch-Site': 'cross-site' }],
    [{ 'Sec-Fetch-Site': 'same-site' }],
    [{ Origin: 'https://evil.test' }],
    [{ Origin: 'http://shop.test' }],
    [{ Origin: 'https://shop.test:8443' }],
    [{ Origin: 'null' }],
    [{ Cookie: 'a=1' }],
    [{ Authorization: 'Basic YTph' }],
  ])('refuses %j', (headers) => {
    expect(post(headers)).toBe(403);
  });

  test('leaves methods alone that change nothing', () => {
    expect(post({ Origin: 'https://evil.test', Cookie: 'a=1' }, 'GET')).toBe(200);
  });

  test('refuses a trusted origin that is none', () => {
    expect(() => csrf({ trustedOrigins: ['app.test'] })).toThrow('csrf: a trusted origin must be');
  });
});
