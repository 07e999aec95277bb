import { describe, expect, test } from 'vitest';
import { trustedHosts } from '../src/trusted-hosts.ts';
import { clientBetween } from './between-lints.ts';
import { answering } from './samples.ts';

describe('trustedHosts', () => {
  const client = clientBetween(trustedHosts(['a.test', '*.b.test', '[::1]']), answering('200 OK'));

  test.each(['a.test', 'A.test:80', 'x.b.test', 'y.x.b.test', '[::1]:8000'])(
    'lets %s in',
    (host) => {
      expect(client.get('/', { headers: { Host: host } }).status).toBe(200);
    },
  );

  test.each(['b.test', 'aXtest', 'a.test.evil', 'evilb.test', '.b.test'])('refuses %s', (host) => {
    expect(client.get('/', { headers: { Host: host } }).status).toBe(400);
  });

  test('refuses a list that it cannot use', () => {
    expect(() => trustedHosts([])).toThrow('trustedHosts: hosts must not be empty');
    expect(() => trustedHosts(['a.test:80'])).toThrow('"a.test:80"');
  });
});
