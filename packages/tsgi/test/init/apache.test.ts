import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { InitInput } from '../../src/init/init-input.ts';
import { writeInit } from '../../src/init/write-init.ts';
import { certificate } from '../certificate.ts';
import { frontInputs, INPUT } from './inputs.ts';
import { isMissing, run, scratch } from './program.ts';

const directory = scratch();
const skipped = isMissing('apache2');

async function judge(input: InitInput): Promise<string> {
  const file = join(directory, 'apache.conf');
  const listen = { host: '127.0.0.1', port: 8080 };
  const text = writeInit('apache', { listen, ...input, standalone: true, user: 'www-data' });
  writeFileSync(file, text);
  return (await run('apache2', '-t', '-d', directory, '-f', file)).output;
}

function linesWith(text: string, directive: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith(`${directive} `));
}

describe('tsgi init apache', () => {
  test.skipIf(skipped).each(frontInputs())('is accepted for %s', async (_name, input) => {
    const accepted = await judge({
      ...input,
      serverName: ['*.example.org', 'example.org'],
      static: [{ directory: 'pub "x\\y', url: '/static' }],
    });
    expect(accepted).toBe('Syntax OK\n');
  });

  test.skipIf(skipped).each([undefined, '/shop'])(
    'is accepted for CGI at %s',
    async (scriptName) => {
      const settings = {
        scriptName,
        maxBodySize: 0,
        maxRequestLine: 16_777_216,
        maxFields: 2 ** 20,
      };
      expect(await judge({ ...INPUT, directory, cgi: true, settings })).toBe('Syntax OK\n');
    },
  );

  test('names the modules that it needs', () => {
    const modules = (input: Partial<InitInput>): string =>
      linesWith(writeInit('apache', { ...INPUT, ...input }), '# Needs: a2enmod')[0] ?? '';
    expect(modules({})).toBe('# Needs: a2enmod env headers proxy proxy_http');
    expect(modules({ cgi: true })).toBe('# Needs: a2enmod alias cgid env');
    expect(
      modules({ settings: { protocol: 'scgi' }, upstream: [{ path: '/a' }, { path: '/b' }] }),
    ).toBe('# Needs: a2enmod env lbmethod_byrequests proxy proxy_balancer proxy_scgi slotmem_shm');
    expect(modules({ settings: certificate, static: [{ directory: 'd', url: '/d' }] })).toBe(
      '# Needs: a2enmod alias env headers http2 mime proxy proxy_http socache_shmcb ssl',
    );
  });

  test('runs the application by CGI with the settings that were given', () => {
    const text = writeInit('apache', {
      ...INPUT,
      app: 'cgi-bin/shop',
      cgi: true,
      settings: { scriptName: '/shop', maxBodySize: 8192, workers: 4, errorLog: 'a "b"' },
      inFile: ['maxBodySize'],
    });
    expect(linesWith(text, 'ScriptAlias')).toEqual(['ScriptAlias "/shop" "/srv/app/cgi-bin/shop"']);
    expect(linesWith(text, 'SetEnv')).toEqual([
      'SetEnv ap_trust_cgilike_cl 1',
      'SetEnv PATH "/srv/app/node_modules/.bin:/usr/local/bin:/usr/bin:/bin"',
      String.raw`SetEnv TSGI_ERROR_LOG "a \"b\""`,
    ]);
    expect(writeInit('apache', { ...INPUT, cgi: true })).toContain(
      'ScriptAlias "/" "/srv/app/app.mjs/"',
    );
  });

  test('passes the path on as the client wrote it', () => {
    const pass = (input: Partial<InitInput>): string =>
      linesWith(writeInit('apache', { ...INPUT, ...input }), 'ProxyPass').at(-1) ?? '';
    expect(pass({})).toBe(
      'ProxyPass "/" "http://127.0.0.1:8000/" connectiontimeout=5 timeout=60 ttl=60 nocanon',
    );
    expect(pass({ settings: { protocol: 'fastcgi', scriptName: '/m' } })).toBe(
      'ProxyPass "/m" "fcgi://127.0.0.1:8000/m" connectiontimeout=5 timeout=60 disablereuse=on flushpackets=on',
    );
    expect(pass({ settings: { scriptName: '/m' }, upstream: [{ path: '/run/a.sock' }] })).toBe(
      'ProxyPass "/m" "unix:/run/a.sock|http://app/m" connectiontimeout=5 timeout=60 ttl=60 nocanon',
    );
  });

  test.each<[Partial<InitInput>, string]>([
    [{ static: [{ directory: '/a/${b}', url: '/s' }] }, '--static holds ${'],
    [{ accel: [{ directory: '/a', url: '/s' }] }, 'takes no --accel; it is a flag of nginx'],
    [{ listen: { path: '/run/a.sock' } }, 'Apache, which listens on TCP ports alone'],
    [{ cgi: true, upstream: [{ path: '/a' }] }, 'by CGI there is no server behind Apache'],
    [{ cgi: true, settings: { protocol: 'scgi' } }, '--cgi beside --protocol or --upstream'],
    [{ user: 'a b' }, '--user takes the name of a user; got "a b"'],
  ])('refuses %j', (input, message) => {
    expect(() => writeInit('apache', { ...INPUT, ...input })).toThrow(message);
  });
});
