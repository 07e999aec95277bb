import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { InitInput } from '../../src/init/init-input.ts';
import { writeInit } from '../../src/init/write-init.ts';
import { INPUT } from './inputs.ts';
import { isMissing, run, scratch } from './program.ts';

const GUIDE = fileURLToPath(new URL('../../../../docs/guide/systemd.md', import.meta.url));
const directory = scratch();
const skipped = isMissing('systemd-analyze');

const LISTENING = { bind: [{ host: '127.0.0.1', port: 8000 }], workers: 'auto' } as const;

function unit(part: 'socket' | 'service', input: Partial<InitInput>): ReadonlyMap<string, string> {
  const text = writeInit('systemd', { ...INPUT, ...input, part });
  const lines = text.split('\n').filter((line) => line.includes('=') && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

describe('tsgi init systemd', () => {
  test('writes what the guide shows', () => {
    const blocks = readFileSync(GUIDE, 'utf8').matchAll(/^```ini\n([^]*?)^```$/gm);
    const shown = [...blocks].map(([, text]) => text);
    const parts = ['socket', 'service'].map((part) =>
      writeInit('systemd', { ...INPUT, settings: LISTENING, part }),
    );
    expect(shown).toEqual(parts);
    expect(writeInit('systemd', { ...INPUT, settings: LISTENING })).toBe(parts.join('\n'));
  });

  test.skipIf(skipped).each<[string, Partial<InitInput>]>([
    ['a port', { settings: LISTENING }],
    [
      'sockets',
      {
        settings: {
          bind: [
            { path: '/run/app/%n.sock', mode: 0o660 },
            { host: '::1', port: 81 },
          ],
          protocol: 'fastcgi',
          bootTimeout: 0,
          accessLogSkip: ['/a b', '/$HOME%"\\'],
        },
        app: 'my "app".mjs',
        directory: '/srv/100% mine',
      },
    ],
    ['TLS', { settings: { certfile: '/etc/ssl/c.pem', keyfile: '/etc/ssl/k.pem' } }],
    ['a user', { settings: { certfile: '/etc/ssl/c.pem' }, user: 'daemon', name: 'My_shop-2' }],
  ])('is accepted with %s', async (name, input) => {
    const folder = join(directory, name);
    mkdirSync(folder);
    const files = (['socket', 'service'] as const).map((part) => {
      const text = writeInit('systemd', { ...INPUT, ...input, part });
      const file = join(folder, /^# \/etc\/systemd\/system\/(\S+)\n/.exec(text)?.[1] ?? '');
      writeFileSync(file, text);
      return file;
    });
    const { status, output } = await run('systemd-analyze', 'verify', '--man=no', ...files);
    expect(output).toBe('');
    expect(status).toBe(0);
  });

  test('keeps what the service has from its own words', () => {
    const settings = { accessLogSkip: ['/a b', '/$HOME%"\\'] };
    const service = unit('service', { settings, directory: '/srv/100% mine', app: '$a.mjs' });
    expect(service.get('WorkingDirectory')).toBe('/srv/100%% mine');
    expect(service.get('ExecStart')).toBe(
      String.raw`/usr/bin/env node node_modules/tsgi/bin/tsgi.mjs serve $$a.mjs --bind systemd --access-log-skip "/a b,/$$HOME%%\"\\"`,
    );
  });

  test('sees the application where that is in a home', () => {
    expect(unit('service', { directory: '/home/me/app' }).get('ProtectHome')).toBe('read-only');
    expect(unit('service', { directory: '/homes' }).get('ProtectHome')).toBe('yes');
  });

  test('waits longer than the server does', () => {
    const settings = { bootTimeout: 1500, gracefulTimeout: 5000, shutdownTimeout: 20_000 };
    const service = unit('service', { settings });
    expect(service.get('TimeoutStartSec')).toBe('32');
    expect(service.get('TimeoutStopSec')).toBe('40');
    const words = service.get('ExecStart') ?? '';
    expect(words).toContain('--graceful-timeout 5s --boot-timeout 1s500ms');
    expect(unit('service', { settings: { bootTimeout: 0 } }).get('TimeoutStartSec')).toBe(
      'infinity',
    );
  });

  test('hands the certificate to a user that cannot read it', () => {
    const settings = { certfile: '/etc/ssl/c%.pem' };
    const text = writeInit('systemd', { ...INPUT, settings, part: 'service' });
    expect(text).toContain('LoadCredential=cert.pem:/etc/ssl/c%%.pem\n');
    expect(text).toContain('LoadCredential=key.pem:/etc/ssl/c%%.pem\n');
    expect(text).toContain(' --certfile ${CREDENTIALS_DIRECTORY}/cert.pem --keyfile ');
    const own = writeInit('systemd', { ...INPUT, settings, part: 'service', user: 'shop' });
    expect(own).toContain('--certfile /etc/ssl/c%%.pem\n');
    expect(own).toContain('\nUser=shop\n');
    expect(own).not.toContain('LoadCredential');
  });

  test('keeps and opens the directory of a socket that is in it', () => {
    const settings = { bind: [{ path: '/run/app/app.sock' }] };
    const service = unit('service', { settings });
    expect(service.get('RuntimeDirectoryPreserve')).toBe('yes');
    expect(service.get('RuntimeDirectoryMode')).toBe('0755');
    expect(unit('service', {}).get('RuntimeDirectoryMode')).toBe('0700');
    expect(unit('service', {}).has('RuntimeDirectoryPreserve')).toBe(false);
  });

  test.each<[Partial<InitInput>, string]>([
    [{ settings: { bind: ['systemd'] } }, '--bind says where systemd shall listen'],
    [{ settings: { bind: [{ fd: 3 }] } }, '--bind says where systemd shall listen'],
    [{ settings: { bind: [{ host: 'some.host', port: 1 }] } }, '--bind takes'],
    [
      {
        settings: {
          bind: [
            { path: '/a', mode: 0o600 },
            { path: '/b', mode: 0o660 },
          ],
        },
      },
      'one SocketMode for all sockets',
    ],
    [{ part: 'timer' }, '--part takes one of socket, service for systemd; got "timer"'],
    [{ standalone: true }, 'takes no --standalone; it is a flag of nginx, apache'],
  ])('refuses %j', (input, message) => {
    expect(() => writeInit('systemd', { ...INPUT, ...input })).toThrow(message);
  });
});
