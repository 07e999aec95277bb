import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { resolveSettings } from '../../src/settings/resolve.ts';
import { serveOptions } from '../../src/settings/serve-options.ts';
import { systemdDescriptors } from '../../src/settings/systemd.ts';
import type { Settings } from '../../src/settings/table.ts';

const directory = mkdtempSync(join(tmpdir(), 'tsgi-options-'));

afterAll(() => {
  rmSync(directory, { recursive: true });
});

async function settingsOf(...argv: string[]): Promise<Settings> {
  return (await resolveSettings(['serve', 'a.js', ...argv], {}, directory)).settings;
}

function put(name: string): string {
  const file = join(directory, name);
  writeFileSync(file, name);
  return file;
}

describe('serveOptions', () => {
  test('has the names of the server', async () => {
    const settings = await settingsOf('-b', ':1', '-b', 'unix:/a?mode=600', '--body-timeout', '7s');
    expect(serveOptions(settings)).toMatchObject({
      listen: [
        { host: '127.0.0.1', port: 1 },
        { path: '/a', mode: 0o600 },
      ],
      bodyTimeout: 7000,
      maxBodySize: 64 * 2 ** 20,
      tls: undefined,
    });
  });

  test('leaves profile and transport out where nobody chose them', async () => {
    const options = serveOptions(await settingsOf());
    expect(Object.keys(options)).not.toContain('profile');
    expect(Object.keys(options)).not.toContain('transport');
    const chosen = await settingsOf('--profile', 'async', '--transport', 'node-http');
    expect(serveOptions(chosen)).toMatchObject({ profile: 'async', transport: 'node-http' });
  });

  test('reads certificate and key', async () => {
    const certfile = put('cert.pem');
    const alone = serveOptions(await settingsOf('--certfile', certfile));
    expect(alone.tls).toEqual({ cert: Buffer.from('cert.pem'), key: Buffer.from('cert.pem') });
    const argv = [
      '--certfile',
      certfile,
      '--keyfile',
      put('key.pem'),
      '--client-ca',
      put('ca.pem'),
    ];
    expect(serveOptions(await settingsOf(...argv, '--no-http2')).tls).toEqual({
      cert: Buffer.from('cert.pem'),
      key: Buffer.from('key.pem'),
      ca: Buffer.from('ca.pem'),
      requestCert: true,
      rejectUnauthorized: true,
      http2: false,
    });
  });

  test('says which file cannot be read', async () => {
    const argv = ['--certfile', put('cert.pem'), '--keyfile', join(directory, 'absent.pem')];
    const settings = await settingsOf(...argv);
    expect(() => serveOptions(settings)).toThrow(
      /^--keyfile takes a readable file: ENOENT.*absent/,
    );
  });
});

describe('systemdDescriptors', () => {
  test('counts from 3 on', () => {
    expect(systemdDescriptors({ LISTEN_FDS: '2', LISTEN_PID: '77' }, 77)).toEqual([3, 4]);
    expect(systemdDescriptors({ LISTEN_FDS: '1' }, 77)).toEqual([3]);
  });

  test.each([
    [{}, 'LISTEN_FDS is not set'],
    [{ LISTEN_FDS: '0' }, 'LISTEN_FDS is "0"'],
    [{ LISTEN_FDS: 'many' }, 'LISTEN_FDS is "many"'],
    [{ LISTEN_FDS: '1', LISTEN_PID: '78' }, 'LISTEN_PID is 78, this process is 77'],
  ])('refuses %j', (env, reason) => {
    expect(() => systemdDescriptors(env, 77)).toThrow(
      `--bind systemd takes the sockets of a systemd socket unit, and there are none: ${reason}`,
    );
  });
});
