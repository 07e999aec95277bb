import { proxyFix } from '@tsgi/middleware/proxy-fix';
import { assert, maxSafeNat, nat, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Kind } from '../../src/settings/kinds/kind.ts';
import { kindOf } from '../../src/settings/kinds/table.ts';
import type { KindName } from '../../src/settings/row.ts';

/** What each kind reads, and what it gives. */
const TAKEN: Readonly<Record<KindName, ReadonlyArray<readonly [string, unknown]>>> = {
  text: [['a b', 'a b']],
  file: [['/etc/key.pem', '/etc/key.pem']],
  directory: [['src', 'src']],
  glob: [['src/**/*.{ts,js}', 'src/**/*.{ts,js}']],
  boolean: [
    ['true', true],
    ['Yes', true],
    ['on', true],
    ['1', true],
    ['FALSE', false],
    ['no', false],
    ['off', false],
    ['0', false],
  ],
  count: [
    ['0', 0],
    ['00012', 12],
    ['9007199254740991', 2 ** 53 - 1],
  ],
  workers: [
    ['0', 0],
    ['16', 16],
    ['auto', 'auto'],
  ],
  duration: [
    ['0', 0],
    ['30', 30_000],
    ['0.25', 250],
    ['2.3', 2300],
    ['500ms', 500],
    ['30s', 30_000],
    ['1.5s', 1500],
    ['1m30s', 90_000],
    ['2h', 7_200_000],
    ['1d2h3m4s5ms', 93_784_005],
    ['2147483647ms', 2 ** 31 - 1],
  ],
  size: [
    ['0', 0],
    ['100', 100],
    ['100b', 100],
    ['8k', 8192],
    ['8kb', 8192],
    ['8KiB', 8192],
    ['1.5mb', 1_572_864],
    ['1G', 2 ** 30],
    ['2t', 2 ** 41],
  ],
  choice: [['net', 'net']],
  address: [
    ['127.0.0.1:8000', { host: '127.0.0.1', port: 8000 }],
    ['localhost:0', { host: 'localhost', port: 0 }],
    [':65535', { host: '127.0.0.1', port: 65_535 }],
    ['[::1]:80', { host: '::1', port: 80 }],
    ['[fe80::1%eth0]:80', { host: 'fe80::1%eth0', port: 80 }],
    ['unix:/run/app.sock', { path: '/run/app.sock' }],
    ['unix:app.sock?mode=0660', { path: 'app.sock', mode: 0o660 }],
    ['unix:/a?mode=600', { path: '/a', mode: 0o600 }],
    ['fd://3', { fd: 3 }],
    ['systemd', 'systemd'],
  ],
  network: [
    ['*', '*'],
    ['10.0.0.1', '10.0.0.1'],
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['::1', '::1'],
    ['fd00::/8', 'fd00::/8'],
    ['fe80::1%eth0', 'fe80::1%eth0'],
  ],
  path: [
    ['/', '/'],
    ['/health%20z', '/health%20z'],
  ],
  mount: [
    ['', ''],
    ['/a/b', '/a/b'],
  ],
};

const REFUSED: Readonly<Record<KindName, readonly string[]>> = {
  text: ['', 'a\0b'],
  file: [''],
  directory: [''],
  glob: [''],
  boolean: ['', '2', 'truth', 'constructor'],
  count: ['', '-1', '1.5', '1e3', ' 1', '9007199254740992'],
  workers: ['', 'Auto', '-1', 'many'],
  duration: [
    '',
    '3 parsecs',
    '-1s',
    '30S',
    '1s1m',
    '1.s',
    '.5s',
    's',
    '0.1ms',
    '2147483648ms',
    '1s1s',
  ],
  size: ['', '8 mb', '-1', '1.3', '8bb', '8ib', '8mib8', '1e3', '99999999t'],
  choice: ['', 'nets', 'NET'],
  address: [
    '',
    '8000',
    ':65536',
    ':',
    'host',
    'http://host:80',
    '::1:80',
    '[::1]',
    'a b:80',
    'unix:',
    'unix:/a?mode=0999',
    'unix:/a?made=0600',
    'fd://x',
    'fd://',
    'Systemd',
  ],
  network: [
    '',
    'localhost',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0',
    '::/129',
    '10.0.0.0/-1',
  ],
  path: ['', 'health', '/a b', '/a?b', '/a#b'],
  mount: ['/', 'a', '/a/', '//a', '/a/../b', '/a/./b', '/a?b'],
};

function kind(name: KindName): Kind {
  return kindOf({ kind: name, choices: ['net', 'node-http'] });
}

const NAMES = Object.keys(TAKEN) as KindName[];
const taken = NAMES.flatMap((name) =>
  TAKEN[name].map(([text, value]) => [name, text, value] as const),
);
const refused = NAMES.flatMap((name) => REFUSED[name].map((text) => [name, text] as const));

describe('kindOf', () => {
  test.each(taken)('reads a %s from %j', (name, text, value) => {
    expect(kind(name).parse(text)).toEqual(value);
  });

  test.each(taken)('writes a %s such as %j so that it is read again', (name, _text, value) => {
    const { parse, print } = kind(name);
    expect(parse(print(value as never))).toEqual(value);
  });

  test.each(refused)('refuses as a %s %j', (name, text) => {
    expect(kind(name).parse(text)).toBeUndefined();
  });

  test.each([
    ['boolean', true, true],
    ['boolean', 'true', undefined],
    ['boolean', 1, undefined],
    ['count', 7, 7],
    ['count', -1, undefined],
    ['count', 1.5, undefined],
    ['workers', 4, 4],
    ['duration', 1.5, 1500],
    ['duration', -1, undefined],
    ['duration', 2 ** 40, undefined],
    ['duration', Number.NaN, undefined],
    ['duration', null, undefined],
    ['size', 4096, 4096],
    ['size', 0.5, undefined],
    ['size', Infinity, undefined],
  ] as const)('reads from a configuration file as a %s %j', (name, value, expected) => {
    expect(kind(name).read?.(value)).toBe(expected);
  });

  test('takes as a network what the middleware for proxies takes', () => {
    const trust = (text: string) => (): unknown => proxyFix({ trusted: [text] });
    for (const [text] of TAKEN.network) {
      expect(trust(text)).not.toThrow();
    }
    for (const text of REFUSED.network) {
      expect(trust(text)).toThrow(RangeError);
    }
  });

  test('writes every duration so that it is read again', () => {
    const { parse, print } = kind('duration');
    const isReadAgain = property(nat({ max: 2 ** 31 - 1 }), (milliseconds) => {
      expect(parse(print(milliseconds))).toBe(milliseconds);
    });
    expect(() => assert(isReadAgain)).not.toThrow();
  });

  test('writes every size so that it is read again', () => {
    const { parse, print } = kind('size');
    const isReadAgain = property(maxSafeNat(), nat({ max: 4 }), (octets, power) => {
      const size = Math.floor(octets / 1024 ** power) * 1024 ** power;
      expect(parse(print(size))).toBe(size);
    });
    expect(() => assert(isReadAgain)).not.toThrow();
  });
});
