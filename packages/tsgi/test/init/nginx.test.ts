import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { InitInput } from '../../src/init/init-input.ts';
import { writeInit } from '../../src/init/write-init.ts';
import { certificate } from '../certificate.ts';
import { frontInputs, INPUT } from './inputs.ts';
import { isMissing, run, scratch } from './program.ts';

const directory = scratch();
const skipped = isMissing('nginx');

async function judge(input: InitInput): Promise<string> {
  const file = join(directory, 'nginx.conf');
  writeFileSync(file, writeInit('nginx', { ...input, standalone: true }));
  const { output } = await run('nginx', '-t', '-p', directory, '-e', 'stderr', '-c', file);
  return output;
}

/** A directive's arguments, wherever it stands. */
function valuesOf(text: string, directive: string): readonly string[] {
  const lines = text.matchAll(new RegExp(`^ *${directive} +(.*);$`, 'gm'));
  return [...lines].map(([, value = '']) => value.replaceAll(/ +/g, ' '));
}

describe('tsgi init nginx', () => {
  test.skipIf(skipped).each(frontInputs())('is accepted for %s', async (_name, input) => {
    expect(
      await judge({
        ...input,
        serverName: ['example.org', '*.example.org'],
        listen: { host: '127.0.0.1', port: 8080 },
        static: [{ directory: 'pub "x\\y', url: '/static' }],
        accel: [{ directory: './files', url: '/protected' }],
        user: 'root',
      }),
    ).toMatch(/syntax is ok\n.*test is successful\n$/);
  });

  test.skipIf(skipped)(
    'is accepted with every limit off or large, and ports of its own',
    async () => {
      const off = {
        maxBodySize: 0,
        bodyTimeout: 0,
        writeTimeout: 0,
        headersTimeout: 0,
        timeout: 0,
      };
      const large = { maxHeaderSize: 16_777_216, maxRequestLine: 1, maxFieldSize: 16_777_216 };
      const settings = { ...off, ...large, keepAliveTimeout: 1, scriptName: '/m' };
      const text = writeInit('nginx', { ...INPUT, settings });
      expect(valuesOf(text, 'client_max_body_size')).toEqual(['1']);
      expect(valuesOf(text, 'keepalive')).toEqual([]);
      expect(
        await judge({ ...INPUT, name: '9-lives', settings, listen: { path: '/run/front.sock' } }),
      ).toContain('test is successful');
    },
  );

  test('takes limits and times from the settings', () => {
    const settings = {
      maxBodySize: 1_000_000,
      headersTimeout: 7000,
      bodyTimeout: 8500,
      writeTimeout: 9000,
      timeout: 120_000,
      keepAliveTimeout: 10_000,
    };
    const text = writeInit('nginx', { ...INPUT, settings });
    const expected: Readonly<Record<string, string>> = {
      client_max_body_size: '1000000',
      client_header_timeout: '7s',
      client_body_timeout: '9s',
      send_timeout: '9s',
      proxy_send_timeout: '9s',
      proxy_read_timeout: '150s',
      keepalive_timeout: '8s',
    };
    for (const [directive, value] of Object.entries(expected)) {
      expect([directive, ...valuesOf(text, directive)]).toEqual([directive, value]);
    }
  });

  test('says who the client is in fields that clients cannot write', () => {
    const fields = valuesOf(writeInit('nginx', INPUT), 'proxy_set_header');
    expect(fields).toEqual([
      'Connection ""',
      'Host $tsgi_app_host',
      'X-Forwarded-For $remote_addr',
      'X-Forwarded-Proto $scheme',
      'X-Forwarded-Host $http_host',
      'X-Forwarded-Port $server_port',
      'X-Forwarded-Prefix ""',
      'Forwarded ""',
    ]);
  });

  test.each(['fastcgi', 'scgi', 'uwsgi'] as const)('sends the variables of %s', (protocol) => {
    const variables = (scriptName?: string): ReadonlyMap<string, string> => {
      const text = writeInit('nginx', { ...INPUT, settings: { protocol, scriptName } });
      const pairs = valuesOf(text, `${protocol}_param`).map((pair) => pair.split(' '));
      return new Map(pairs.map(([name = '', ...value]) => [name, value.join(' ')]));
    };
    expect(variables().get('SCRIPT_NAME')).toBe('""');
    expect(variables().get('PATH_INFO')).toBe('$document_uri');
    expect(variables('/shop').get('SCRIPT_NAME')).toBe('/shop');
    expect(variables('/shop').get('PATH_INFO')).toBe('$tsgi_app_path');
    expect(variables().get('REQUEST_URI')).toBe('$request_uri');
    expect(variables().get('SERVER_NAME')).toBe('$server_addr');
    expect(variables().has('CONTENT_LENGTH')).toBe(protocol !== 'scgi');
    expect(variables().get('SCGI')).toBe(protocol === 'scgi' ? '1' : undefined);
  });

  test('says how the servers behind it are started', () => {
    const started = (input: Partial<InitInput>): readonly string[] => {
      const text = writeInit('nginx', { ...INPUT, ...input });
      return [...text.matchAll(/^# {5}(tsgi serve .*)$/gm)].map(([, line = '']) => line);
    };
    expect(started({})).toEqual([
      'tsgi serve app.mjs --bind 127.0.0.1:8000 --forwarded-allow-ips 127.0.0.1',
    ]);
    expect(started({ upstream: [{ path: '/run/a.sock' }] })).toEqual([
      "tsgi serve app.mjs --bind 'unix:/run/a.sock?mode=0660' --forwarded-allow-ips '*'",
    ]);
    expect(
      started({
        app: "it's.mjs",
        settings: { protocol: 'scgi', scriptName: '/m' },
        upstream: [
          { host: '10.0.0.1', port: 1 },
          { host: '::1', port: 2 },
        ],
      }),
    ).toEqual([
      String.raw`tsgi serve 'it'\''s.mjs' --bind 10.0.0.1:1 --protocol scgi --script-name /m`,
      String.raw`tsgi serve 'it'\''s.mjs' --bind '[::1]:2' --protocol scgi --script-name /m`,
    ]);
  });

  test('leaves the address of nginx to be filled in where a server is on another machine', () => {
    const peer = (host: string): string =>
      writeInit('nginx', { ...INPUT, upstream: [{ host, port: 8000 }] });
    expect(peer('::1')).toContain(' --forwarded-allow-ips ::1\n');
    expect(peer('127.0.0.2')).toContain(' --forwarded-allow-ips 127.0.0.1\n');
    expect(peer('127.0.0.2')).not.toContain('ADDRESS');
    expect(peer('10.0.0.5')).toContain(' --forwarded-allow-ips ADDRESS\n');
    expect(peer('10.0.0.5')).toContain('\n# ADDRESS is this machine as that one sees it');
  });

  test('leaves one of several servers out for more than one failure, and the only one never', () => {
    const servers = (hosts: readonly string[]): readonly string[] => {
      const upstream = hosts.map((host) => ({ host, port: 8000 }));
      return valuesOf(writeInit('nginx', { ...INPUT, upstream }), 'server').slice(0, hosts.length);
    };
    expect(servers(['10.0.0.5'])).toEqual(['10.0.0.5:8000']);
    expect(servers(['10.0.0.5', '10.0.0.6'])).toEqual([
      '10.0.0.5:8000 max_fails=3 fail_timeout=10s',
      '10.0.0.6:8000 max_fails=3 fail_timeout=10s',
    ]);
  });

  test('sends whoever comes in the clear to TLS, unless it has an address of its own', () => {
    const settings = certificate;
    const text = writeInit('nginx', { ...INPUT, settings });
    expect(valuesOf(text, 'listen')).toEqual([
      '80',
      '[::]:80',
      '443 ssl http2',
      '[::]:443 ssl http2',
    ]);
    expect(valuesOf(text, 'return')).toEqual(['301 https://$host$request_uri']);
    const listen = { host: '::1', port: 8443 };
    const own = writeInit('nginx', { ...INPUT, settings: { ...settings, http2: false }, listen });
    expect(valuesOf(own, 'listen')).toEqual(['[::1]:8443 ssl']);
  });

  test.each<[string, Partial<InitInput>, string]>([
    ['a variable', { static: [{ directory: '/a/$uri', url: '/s' }] }, '--static holds a $'],
    ['a variable', { settings: { certfile: '/a$b' } }, '--certfile holds a $'],
    ['a variable', { upstream: [{ path: '/run/$x' }] }, 'the path of a socket holds a $'],
    ['no port', { settings: { bind: [{ host: '127.0.0.1', port: 0 }] } }, '--bind has port 0'],
    ['no address', { settings: { bind: ['systemd'] } }, '--upstream names one'],
    ['no address', { upstream: [{ fd: 3 }] }, '--upstream fd://3 is no address'],
    ['no host', { upstream: [{ host: 'a;b', port: 1 }] }, '--upstream takes a host name'],
    ['sockets of others', { listen: 'systemd' }, '--listen takes HOST:PORT or unix:/PATH'],
    ['no host', { listen: { host: 'a{', port: 1 } }, '--listen takes a host name'],
  ])('refuses %s: %j', (_what, input, message) => {
    expect(() => writeInit('nginx', { ...INPUT, ...input })).toThrow(message);
  });
});
