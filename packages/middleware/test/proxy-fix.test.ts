import { lint } from '@tsgi/lint';
import { createClient } from '@tsgi/testing';
import type { Application } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { compileNetworks, parseAddress } from '../src/ip-network.ts';
import { parseForwarded } from '../src/proxy-fix/forwarded.ts';
import { parsePrefix } from '../src/proxy-fix/prefix.ts';
import { proxyFix, type ProxyFixOptions } from '../src/proxy-fix.ts';
import { asyncClientBetween, clientBetween } from './between-lints.ts';
import { octets } from './samples.ts';

const PROXY = '10.0.0.1';
const TRUSTED: ProxyFixOptions = { trusted: ['10.0.0.0/8', '2001:db8:1::/48'] };

const facts: Application = (environ, startResponse) => {
  const { REMOTE_ADDR: address = '-', REMOTE_PORT: port = '-', SCRIPT_NAME: mount } = environ;
  startResponse('200 OK', []);
  const words = [address, port, environ['tsgi.url_scheme'], environ['HTTP_HOST'], mount];
  return [octets(words.join(' ').trim())];
};

function ask(
  headers: Readonly<Record<string, string>> | ReadonlyArray<readonly [string, string]>,
  options: ProxyFixOptions = TRUSTED,
  peer: string = PROXY,
): string {
  const client = clientBetween(proxyFix(options), facts, { remoteAddress: peer });
  const response = client.get('/x', { headers });
  return response.status === 200 ? response.text() : String(response.status);
}

const UNCHANGED = `${PROXY} - http localhost`;
const ALL: ProxyFixOptions = {
  ...TRUSTED,
  fields: [
    'forwarded',
    'x-forwarded-for',
    'x-forwarded-proto',
    'x-forwarded-host',
    'x-forwarded-port',
    'x-forwarded-prefix',
  ],
};

describe('parseAddress', () => {
  test.each([
    ['192.0.2.1', [192, 0, 2, 1]],
    ['0.0.0.0', [0, 0, 0, 0]],
    ['::ffff:192.0.2.1', [192, 0, 2, 1]],
    ['::1', [...Array.from({ length: 15 }, () => 0), 1]],
    ['::', Array.from({ length: 16 }, () => 0)],
    ['1:2:3:4:5:6:7:8', [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8]],
    ['2001:DB8::1.2.3.4', [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4]],
    ['fe80::1%eth0', [0xfe, 0x80, ...Array.from({ length: 13 }, () => 0), 1]],
  ])('reads %s', (text, expected) => {
    expect(parseAddress(text)).toEqual(expected);
  });

  test.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.4.',
    ' 1.2.3.4',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    ':1:2:3:4:5:6:7',
    '::12345',
    '1:2:3:4:5:6:7::8',
    '::1.2.3',
    '1.2.3.4::',
    '::g',
    '127.0.0.1%0',
  ])('refuses %j', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });
});

describe('compileNetworks', () => {
  const contains = (network: string, address: string): boolean =>
    compileNetworks([network])(parseAddress(address) ?? []);

  test.each([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['10.1.2.3/8', '10.9.9.9', true],
    ['192.0.2.128/25', '192.0.2.127', false],
    ['192.0.2.1', '192.0.2.1', true],
    ['0.0.0.0/0', '1.1.1.1', true],
    ['0.0.0.0/0', '::2', false],
    ['2001:db8::/33', '2001:db8:7fff::1', true],
    ['2001:db8::/33', '2001:db8:8000::1', false],
    ['192.0.2.1', '::ffff:192.0.2.1', true],
    ['*', '::1', true],
  ])('%s contains %s: %s', (network, address, expected) => {
    expect(contains(network, address)).toBe(expected);
  });

  test.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/08', '::/129', 'host', '', '10.0.0.0/8/8'])(
    'refuses %j',
    (network) => {
      expect(() => compileNetworks([network])).toThrow(JSON.stringify(network));
    },
  );
});

describe('parseForwarded', () => {
  test('reads the examples of RFC 7239', () => {
    const value =
      'for="_gazonk", For="[2001:db8:cafe::17]:4711",for=192.0.2.60;proto=http;by=203.0.113.43';
    expect(parseForwarded(value).map((element) => Object.fromEntries(element))).toEqual([
      { for: '_gazonk' },
      { for: '[2001:db8:cafe::17]:4711' },
      { for: '192.0.2.60', proto: 'http', by: '203.0.113.43' },
    ]);
    expect(parseForwarded('a="b\\"c,d" , , ;')).toHaveLength(1);
  });

  test.each([
    'for',
    'for=',
    'for="a',
    'for=a b',
    'for=a;for=b',
    '=a',
    'for=a; by=b',
    'for=a by=b',
    'for =a',
  ])('refuses %j', (value) => {
    expect(() => parseForwarded(value)).toThrow(/Forwarded is malformed/);
  });
});

describe('parsePrefix', () => {
  test.each([
    ['/app', '/app'],
    ['/app/', '/app'],
    ['/a/b%2Fc', '/a/b%2Fc'],
    ['/', ''],
    ['app', undefined],
    ['', undefined],
    ['//', undefined],
    ['/a//b', undefined],
    ['/a/../b', undefined],
    ['/%61', undefined],
    ['/a%2f', undefined],
    ['/a?b', undefined],
    ['//evil.example', undefined],
  ])('reads %j as %j', (text, expected) => {
    expect(parsePrefix(text)).toBe(expected);
  });
});

describe('proxyFix', () => {
  test.each([
    ['X-Forwarded-For', '192.0.2.7', '192.0.2.7 - http localhost'],
    ['X-Forwarded-For', '192.0.2.7:4711', '192.0.2.7 4711 http localhost'],
    ['X-Forwarded-For', '2001:DB8::7', '2001:db8::7 - http localhost'],
    ['X-Forwarded-For', '[2001:db8::7]:80', '2001:db8::7 80 http localhost'],
    ['X-Forwarded-For', 'unknown', '- - http localhost'],
    ['X-Forwarded-Proto', 'HTTPS', `${PROXY} - https localhost`],
    ['Forwarded', 'for=192.0.2.7', '192.0.2.7 - http localhost'],
    ['Forwarded', 'for="[2001:db8::7]:4711";proto=https', '2001:db8::7 4711 https localhost'],
    ['Forwarded', 'For=192.0.2.7;Host=example.test;Proto=HTTPS', '192.0.2.7 - https example.test'],
    ['Forwarded', 'for=_hidden;proto=https', '- - https localhost'],
    ['Forwarded', 'proto=https', '- - https localhost'],
  ])('takes %s: %s from a trusted proxy', (name, value, expected) => {
    expect(ask({ [name]: value })).toBe(expected);
  });

  test.each([
    ['X-Forwarded-For', '192.0.2.7'],
    ['X-Forwarded-Proto', 'https'],
    ['Forwarded', 'for=192.0.2.7;proto=https;host=evil.test'],
    ['X-Forwarded-For', 'no address'],
  ])('believes no %s: %s of anybody else', (name, value) => {
    const stranger = '198.51.100.1';
    expect(ask({ [name]: value }, ALL, stranger)).toBe(`${stranger} - http localhost`);
  });

  test('finds the client behind several trusted proxies', () => {
    const chain = '203.0.113.9, 192.0.2.7, 10.1.1.1, 2001:db8:1::5';
    expect(ask({ 'X-Forwarded-For': chain })).toBe('192.0.2.7 - http localhost');
    expect(ask({ Forwarded: 'for=203.0.113.9, for=192.0.2.7, for=10.1.1.1' })).toBe(
      '192.0.2.7 - http localhost',
    );
  });

  test('takes the first one where all of them are trusted', () => {
    expect(ask({ 'X-Forwarded-For': '10.2.2.2, 10.1.1.1' })).toBe('10.2.2.2 - http localhost');
  });

  test('joins the lines of one field', () => {
    const lines = [
      ['X-Forwarded-For', '127.0.0.1'],
      ['X-Forwarded-For', '192.0.2.7'],
    ] as const;
    expect(ask(lines)).toBe('192.0.2.7 - http localhost');
  });

  test.each([
    ['127.0.0.1, 192.0.2.7'],
    ['10.0.0.1, 192.0.2.7'],
    ['</script>, 192.0.2.7'],
    [', 192.0.2.7'],
    [`${'1,'.repeat(2000)} 192.0.2.7`],
  ])('looks at nothing that the client itself wrote before its address: %#', (chain) => {
    expect(ask({ 'X-Forwarded-For': chain })).toBe('192.0.2.7 - http localhost');
  });

  test('takes the scheme that belongs to the hop of the client', () => {
    const headers = {
      'X-Forwarded-For': '127.0.0.1, 192.0.2.7, 10.1.1.1',
      'X-Forwarded-Proto': 'http, https, http',
    };
    expect(ask(headers)).toBe('192.0.2.7 - https localhost');
    expect(ask({ ...headers, 'X-Forwarded-Proto': 'ftp, https' })).toBe(
      '192.0.2.7 - https localhost',
    );
  });

  test.each([
    ['X-Forwarded-For', 'example.test'],
    ['X-Forwarded-For', '192.0.2.7:70000'],
    ['X-Forwarded-For', '192.0.2.7,'],
    ['X-Forwarded-For', '[192.0.2.7]'],
    ['X-Forwarded-For', '192.0.2.7%0a'],
    ['X-Forwarded-Proto', 'wss'],
    ['X-Forwarded-Proto', ''],
    ['Forwarded', 'for=2001:db8::7'],
    ['Forwarded', 'for="2001:db8::7"'],
    ['Forwarded', 'for="'],
    ['Forwarded', 'for=", for=192.0.2.7'],
    ['Forwarded', 'for=192.0.2.7;host="a b"'],
    ['X-Forwarded-Host', 'a/b'],
    ['X-Forwarded-Host', 'user@a'],
    ['X-Forwarded-Prefix', 'app'],
  ])('refuses a malformed %s: %j, or believes nothing of it', (name, value) => {
    expect(ask({ [name]: value }, ALL)).toBe('400');
    expect(ask({ [name]: value }, { ...ALL, malformed: 'ignore' })).toBe(UNCHANGED);
  });

  test.each([
    [{ Forwarded: 'for=127.0.0.1', 'X-Forwarded-For': '192.0.2.7' }],
    [{ Forwarded: 'for=127.0.0.1', 'X-Forwarded-Proto': 'https' }],
    [
      {
        Forwarded: 'for=192.0.2.7;proto=https',
        'X-Forwarded-For': '192.0.2.7',
        'X-Forwarded-Proto': 'http',
      },
    ],
  ])('refuses two kinds of fields that differ: %#', (headers) => {
    expect(ask(headers)).toBe('400');
  });

  test('takes two kinds of fields that agree', () => {
    const headers = {
      Forwarded: 'for="192.0.2.7:4711";proto=https',
      'X-Forwarded-For': '192.0.2.7',
    };
    expect(ask(headers)).toBe('192.0.2.7 4711 https localhost');
  });

  test('believes host, port and prefix only where it is asked to', () => {
    const headers = {
      'X-Forwarded-For': '192.0.2.7',
      'X-Forwarded-Host': 'example.test',
      'X-Forwarded-Port': '8443',
      'X-Forwarded-Prefix': '/app/',
    };
    expect(ask(headers)).toBe('192.0.2.7 - http localhost');
    const { 'X-Forwarded-Prefix': prefix, ...others } = headers;
    expect(ask(others, ALL)).toBe('192.0.2.7 - http example.test:8443');
    expect(ask({ ...others, 'X-Forwarded-Host': 'a:80' }, ALL)).toBe('192.0.2.7 - http a:80');
    expect(ask({ ...others, 'X-Forwarded-Port': '70000' }, ALL)).toBe('400');
    // a prefix that the proxy has cut off is part of neither SCRIPT_NAME nor PATH_INFO before
    const client = createClient(proxyFix(ALL)(lint(facts)), { remoteAddress: PROXY });
    const response = client.get('/x', { headers: { 'X-Forwarded-Prefix': prefix } });
    expect(response.text()).toBe(`${UNCHANGED} /app`);
  });

  test('trusts a peer without an address only where everyone is trusted', () => {
    const remove =
      (application: Application): Application =>
      (environ, startResponse) => {
        delete environ.REMOTE_ADDR;
        return application(environ, startResponse);
      };
    const addressless = (options: ProxyFixOptions): string =>
      clientBetween((application) => remove(proxyFix(options)(application)), facts)
        .get('/', { headers: { 'X-Forwarded-For': '192.0.2.7' } })
        .text();
    expect(addressless(TRUSTED)).toBe('- - http localhost');
    expect(addressless({ trusted: ['*'] })).toBe('192.0.2.7 - http localhost');
  });

  test('serves the asynchronous profile', async () => {
    const client = asyncClientBetween(proxyFix(TRUSTED), async (...call) => facts(...call), {
      remoteAddress: PROXY,
    });
    const response = await client.get('/', { headers: { 'X-Forwarded-For': '192.0.2.7' } });
    expect(response.text()).toBe('192.0.2.7 - http localhost');
  });

  test('refuses wrong options by name', () => {
    expect(() => proxyFix({ trusted: '10.0.0.1' as never })).toThrow(/trusted is an array/);
    expect(() => proxyFix({ trusted: ['all'] })).toThrow(/proxyFix: trusted holds .*"all"/);
    expect(() => proxyFix({ trusted: [], fields: ['x-real-ip' as never] })).toThrow(/x-real-ip/);
    expect(() => proxyFix({ trusted: [], malformed: 'drop' as never })).toThrow(/got drop/);
  });
});
