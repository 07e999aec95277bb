import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Finding } from '../src/doctor/finding.ts';
import { certificate } from './certificate.ts';
import { endCommands, tsgiIn } from './tsgi-process.ts';

let directory = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tsgi-doctor-'));
  writeFileSync(join(directory, 'app.mjs'), 'export default () => [];');
});

afterEach(() => {
  endCommands();
  rmSync(directory, { recursive: true });
});

const GOOD = { NODE_ENV: 'production' };

async function examine(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; findings: readonly Finding[] }> {
  const all = ['doctor', '--json', '-b', ':0', ...args];
  const command = tsgiIn({ cwd: directory, env: { ...GOOD, ...env } }, ...all);
  const code = await command.exit;
  expect(command.errors()).toBe('');
  return { code, findings: JSON.parse(command.output()) as Finding[] };
}

const { certfile: CERTIFICATE, keyfile: KEY } = certificate;

describe('tsgi doctor', () => {
  test('looks whether certificate and key belong together', async () => {
    const good = await examine(['--certfile', CERTIFICATE, '--keyfile', KEY]);
    expect(good.findings).toContainEqual(
      expect.objectContaining({
        subject: 'certificate',
        text: expect.stringMatching(/localhost\.cert\.pem is valid until /),
      }),
    );
    const other = join(directory, 'other.pem');
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    writeFileSync(other, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const bad = await examine(['--certfile', CERTIFICATE, '--keyfile', other]);
    expect(bad.code).toBe(1);
    expect(bad.findings).toContainEqual({
      level: 'fail',
      subject: 'certificate',
      text: `${other} is not the key of ${CERTIFICATE}`,
    });
  });

  test('finds nothing wrong where nothing is', async () => {
    const { code, findings } = await examine(['app.mjs', '--max-connections', '10']);
    expect(findings.filter(({ level }) => level !== 'ok')).toEqual([]);
    expect(findings.map(({ subject }) => subject)).toEqual(
      expect.arrayContaining(['runtime', 'configuration', 'application', 'bind', 'workers']),
    );
    expect(code).toBe(0);
  });

  test('prints a line for each finding', async () => {
    const command = tsgiIn({ cwd: directory, env: GOOD }, 'doctor', '-b', ':0');
    expect(await command.exit).toBe(0);
    expect(command.output()).toMatch(/^ok {4}runtime {9}Node\.js \d/);
    expect(command.output()).toContain('\nok    application     app.mjs\n');
  });

  test('fails where the port is in use', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const { code, findings } = await examine(['-b', `:${port}`]);
    expect(code).toBe(1);
    expect(findings).toContainEqual({
      level: 'fail',
      subject: 'bind',
      text: `127.0.0.1:${port}: in use; stop the process that listens there, or choose another port`,
    });
    taken.close();
  });

  test('fails where a socket is in use, and not where a dead one is left', async () => {
    const path = join(directory, 'app.sock');
    const taken = createServer().listen(path);
    await once(taken, 'listening');
    const used = await examine(['-b', `unix:${path}`]);
    expect(used.findings).toContainEqual(
      expect.objectContaining({ level: 'fail', subject: 'bind' }),
    );
    taken.close();
    await once(taken, 'close');
    expect((await examine(['-b', `unix:${path}`])).code).toBe(0);
  });

  test.each<[string, readonly string[], Readonly<Record<string, string>>, Partial<Finding>]>([
    [
      'no application',
      ['absent.mjs'],
      {},
      { level: 'fail', subject: 'application', text: expect.stringContaining('absent.mjs') },
    ],
    [
      'an address of another machine',
      ['-b', '192.0.2.1:80'],
      {},
      { level: 'fail', subject: 'bind', text: '192.0.2.1:80: this machine has no such address' },
    ],
    [
      'no sockets of systemd',
      ['-b', 'systemd'],
      {},
      { level: 'fail', subject: 'bind', text: expect.stringContaining('LISTEN_FDS is not set') },
    ],
    [
      'a socket in no directory',
      ['-b', 'unix:/absent/app.sock'],
      {},
      { level: 'fail', subject: 'bind', text: expect.stringContaining('/absent is no directory') },
    ],
    [
      'too few descriptors',
      ['--max-connections', '2000000000'],
      {},
      { level: 'fail', subject: 'open files', text: expect.stringContaining('too few') },
    ],
    [
      'more workers than CPUs',
      ['-w', '1000'],
      {},
      { level: 'warn', subject: 'workers', text: expect.stringContaining('1000 workers') },
    ],
    [
      'a gateway protocol that other machines reach',
      ['--protocol', 'fastcgi', '--bind', '0.0.0.0:0'],
      {},
      {
        level: 'warn',
        subject: 'protocol',
        text: expect.stringMatching(/^fastcgi on an address that other machines reach: /),
      },
    ],
    [
      'a gateway protocol that this machine reaches',
      ['--protocol', 'uwsgi', '--bind', '127.0.0.1:0,[::1]:0'],
      {},
      { level: 'ok', subject: 'protocol', text: 'uwsgi, from a web server on this machine' },
    ],
    [
      'clients of a web server that are believed',
      ['--protocol', 'scgi', '--bind', ':0', '--forwarded-allow-ips', '*'],
      {},
      {
        level: 'warn',
        subject: 'protocol',
        text: expect.stringMatching(/every client may say who it is/),
      },
    ],
    [
      'short keep-alive',
      ['--keep-alive-timeout', '5s'],
      {},
      { level: 'warn', subject: 'keep-alive', text: expect.stringMatching(/^5 s; /) },
    ],
    [
      'a variable that no setting has',
      [],
      { TSGI_WORKER: '1' },
      {
        level: 'warn',
        subject: 'configuration',
        text: 'no setting has the variable TSGI_WORKER; did you mean TSGI_WORKERS?',
      },
    ],
    [
      'another environment',
      [],
      { NODE_ENV: 'development' },
      { level: 'warn', subject: 'NODE_ENV', text: expect.stringMatching(/^development; /) },
    ],
    [
      'a control socket in no directory',
      ['--control-socket', '/absent/c.sock'],
      {},
      { level: 'fail', subject: 'control socket' },
    ],
    [
      'a control socket of too long a name',
      ['--control-socket', `/tmp/${'s'.repeat(110)}`],
      {},
      { level: 'fail', subject: 'control socket', text: expect.stringContaining('longer than') },
    ],
    [
      'a directory of control sockets that is open to others',
      [],
      { XDG_RUNTIME_DIR: tmpdir() },
      {
        level: 'fail',
        subject: 'control socket',
        text: expect.stringContaining('is open to others'),
      },
    ],
    [
      'a pid file in no directory',
      ['--pid-file', '/absent/pid'],
      {},
      { level: 'fail', subject: 'pid file' },
    ],
    [
      'no certificate',
      ['--certfile', 'app.mjs'],
      {},
      { level: 'fail', subject: 'certificate', text: expect.stringMatching(/^cannot be read: /) },
    ],
  ])('tells of %s', async (_what, args, env, expected) => {
    const { code, findings } = await examine(args, env);
    expect(findings).toContainEqual(expect.objectContaining(expected));
    expect(code).toBe(expected.level === 'fail' ? 1 : 0);
  });
});
