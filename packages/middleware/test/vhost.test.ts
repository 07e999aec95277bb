import { describe, expect, test } from 'vitest';
import { createClient } from '@tsgi/testing';
import { vhost } from '../src/vhost.ts';
import { answering } from './samples.ts';

describe('vhost', () => {
  const named = (name: string) => answering('200 OK', name);
  const hosts = vhost({
    'Example.org': named('exact'),
    '*.example.org': named('wild'),
    '*.b.example.org': named('longer'),
    '[::1]': named('six'),
  });

  test.each([
    ['example.org', 'exact'],
    ['EXAMPLE.org:8080', 'exact'],
    ['example.org.', 'exact'],
    ['a.example.org', 'wild'],
    ['a.b.example.org', 'longer'],
    ['[::1]:80', 'six'],
  ])('picks by %s', (host, expected) => {
    expect(
      createClient(hosts)
        .get('/', { headers: { Host: host } })
        .text(),
    ).toBe(expected);
  });

  test('answers a host that is not listed with 421, or with *', () => {
    expect(createClient(hosts).get('/', { headers: { Host: 'other' } }).status).toBe(421);
    expect(
      createClient(vhost({ '*': named('any') }))
        .get('/')
        .text(),
    ).toBe('any');
  });

  test.each(['a:80', 'a.*', 'a/b', ''])('refuses the name %j', (name) => {
    expect(() => vhost({ [name]: named('x') })).toThrow(/^vhost: a name must be a host/);
  });
});
