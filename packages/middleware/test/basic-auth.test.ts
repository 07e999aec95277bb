import type { Application, Environ } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { basicAuth } from '../src/basic-auth.ts';
import { asyncClientBetween, clientBetween } from './between-lints.ts';
import { octets } from './samples.ts';

const telling =
  (read: (environ: Environ) => string | undefined): Application =>
  (environ, startResponse) => {
    startResponse('200 OK', []);
    return [octets(read(environ) ?? '(none)')];
  };

describe('basicAuth', () => {
  const who = telling((environ) => `${environ.AUTH_TYPE} ${environ.REMOTE_USER}`);
  const site = basicAuth({ users: { 'j\u00F6rg': 's:ecret' }, realm: 'shop' });
  const encode = (text: string): string => Buffer.from(text).toString('base64');
  const ask = (field: string) =>
    clientBetween(site, who).get('/', { headers: { Authorization: field } });

  test('tells the application who is there', () => {
    expect(ask(`Basic ${encode('j\u00F6rg:s:ecret')}`).text()).toBe('Basic j\u00C3\u00B6rg');
    expect(ask(`bAsIc  ${encode('j\u00F6rg:s:ecret')}`).status).toBe(200);
  });

  test.each([
    ['nothing', ''],
    ['a wrong password', `Basic ${encode('j\u00F6rg:other')}`],
    ['a wrong user', `Basic ${encode('x:s:ecret')}`],
    ['an unknown user without password', `Basic ${encode('x:')}`],
    ['no colon', `Basic ${encode('j\u00F6rg')}`],
    ['no base64', 'Basic a*b'],
    ['no UTF-8', `Basic ${Buffer.from([0xff, 0x3a]).toString('base64')}`],
    ['a control character', `Basic ${encode('a\n:b')}`],
    ['another scheme', 'Bearer abc'],
  ])('answers %s with 401', (_name, field) => {
    const response = ask(field);
    expect([response.status, response.header('www-authenticate')]).toEqual([
      401,
      'Basic realm="shop", charset="UTF-8"',
    ]);
  });

  test('waits for a promise', async () => {
    const later = basicAuth({ verify: async (user, password) => user === password });
    const client = asyncClientBetween(later, who);
    const headers = { Authorization: `Basic ${encode('a:a')}` };
    expect((await client.get('/', { headers })).status).toBe(200);
    expect((await client.get('/')).status).toBe(401);
  });

  test('refuses wrong options', () => {
    expect(() => basicAuth({})).toThrow('basicAuth: users or verify must be given');
    expect(() => basicAuth({ users: {}, realm: '"' })).toThrow('basicAuth: realm must be');
  });
});
