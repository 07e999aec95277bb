import { describe, expect, test } from 'vitest';
import { parseUpstream } from '../src/index.ts';

describe('parseUpstream', () => {
  test.each([
    ['http://127.0.0.1:8000', 'http', { host: '127.0.0.1', port: 8000 }, '127.0.0.1:8000', ''],
    ['http://app.internal', 'http', { host: 'app.internal', port: 80 }, 'app.internal', ''],
    ['http://[::1]:8000/', 'http', { host: '::1', port: 8000 }, '[::1]:8000', ''],
    ['http://[fe80::1%eth0]:80', 'http', { host: 'fe80::1%eth0', port: 80 }, '[fe80::1]', ''],
    ['http://a:81/b/c/', 'http', { host: 'a', port: 81 }, 'a:81', '/b/c'],
    [
      'fastcgi://127.0.0.1:9000',
      'fastcgi',
      { host: '127.0.0.1', port: 9000 },
      '127.0.0.1:9000',
      '',
    ],
    ['scgi://localhost:4000', 'scgi', { host: 'localhost', port: 4000 }, 'localhost:4000', ''],
    ['uwsgi://[::1]:3031', 'uwsgi', { host: '::1', port: 3031 }, '[::1]:3031', ''],
    ['fastcgi+unix:/run/php.sock', 'fastcgi', { path: '/run/php.sock' }, 'localhost', ''],
    ['uwsgi+unix:run/a b.sock', 'uwsgi', { path: 'run/a b.sock' }, 'localhost', ''],
    ['unix:/run/x.sock', 'http', { path: '/run/x.sock' }, 'localhost', ''],
    ['http+unix:/run/x.sock?base=/b', 'http', { path: '/run/x.sock' }, 'localhost', '/b'],
  ])('takes %s apart', (url, protocol, target, authority, base) => {
    expect(parseUpstream(url)).toEqual({ protocol, target, authority, base });
  });

  test.each([
    '',
    '127.0.0.1:9000',
    'https://a:443',
    'ftp://a:21',
    'HTTP://a',
    'http://',
    'http://:80',
    'http://a:0',
    'http://a:65536',
    'http://a:80?x',
    'http://a:80#x',
    'http://user@a:80',
    'http://a b:80',
    'http://a:80/b//../c',
    'http://a:80/%2e%2e',
    'http://a:80/b%zz',
    'fastcgi://127.0.0.1',
    'fastcgi://127.0.0.1:9000/',
    'scgi://a:1/base',
    'uwsgi+unix:/x?base=/b',
    'unix:',
    'unix:/x?mode=0660',
    'https+unix:/x',
    `unix:/${'x'.repeat(107)}`,
  ])('refuses %j, naming it', (url) => {
    expect(() => parseUpstream(url)).toThrow(expect.objectContaining({ code: 'ERR_TSGI_OPTION' }));
    expect(() => parseUpstream(url)).toThrow('upstream: ');
  });
});
