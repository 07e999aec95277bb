import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CommandError } from '../../src/cli/command-error.ts';
import { COMMANDS } from '../../src/settings/choose-command.ts';
import { flagOf } from '../../src/settings/names.ts';
import { resolveSettings } from '../../src/settings/resolve.ts';
import type { Resolved } from '../../src/settings/resolved.ts';
import { SETTING_ROWS } from '../../src/settings/table.ts';

let directory = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tsgi-resolve-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

function put(name: string, content: unknown): void {
  writeFileSync(
    join(directory, name),
    typeof content === 'string' ? content : JSON.stringify(content),
  );
}

function resolve(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return resolveSettings(argv, env, directory);
}

function refusal(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  return resolve(argv, env).then(
    (resolved) => resolved,
    ({ exitCode, message }: { exitCode: number; message: string }) => [exitCode, message],
  );
}

describe('resolveSettings', () => {
  test('lets flags count before variables, these before the file, that before defaults', async () => {
    put('tsgi.config.json', { timeout: '1s', bootTimeout: '1s', maxRss: '1mb' });
    const env = { TSGI_TIMEOUT: '2s', TSGI_BOOT_TIMEOUT: '2s' };
    const { settings, origins, configFile } = await resolve(
      ['serve', 'a.js', '--timeout', '3s'],
      env,
    );
    expect(settings).toMatchObject({
      timeout: 3000,
      bootTimeout: 2000,
      maxRss: 2 ** 20,
      gracefulTimeout: 30_000,
    });
    expect(origins).toMatchObject({
      app: { source: 'argument' },
      timeout: { source: 'flag', flag: '--timeout' },
      bootTimeout: { source: 'environment', variable: 'TSGI_BOOT_TIMEOUT' },
      maxRss: { source: 'file', file: 'tsgi.config.json', key: 'maxRss' },
      gracefulTimeout: { source: 'default' },
    });
    expect(configFile).toBe(join(directory, 'tsgi.config.json'));
  });

  test('keeps what is needed to resolve again', async () => {
    const argv = ['serve', 'a.js', '-w', '2'];
    expect(await resolve(argv)).toMatchObject({ argv, cwd: directory, command: 'serve' });
  });

  test.each<[string, readonly string[], Partial<Resolved['settings']>]>([
    ['a repeated flag', ['-b', ':1', '--bind=:2'], { bind: [tcp(1), tcp(2)] }],
    ['commas', ['-b', ':1,:2'], { bind: [tcp(1), tcp(2)] }],
    [
      'a letter with its value',
      ['-b:1', '-w=3', '-t5'],
      { bind: [tcp(1)], workers: 3, timeout: 5000 },
    ],
    ['the last of two flags', ['-w', '3', '-w', '4'], { workers: 4 }],
    ['a switch', ['--lint'], { lint: true }],
    ['a switch that is off', ['--lint', '--no-lint'], { lint: false }],
    ['a switch with a value', ['--lint=off'], { lint: false }],
    ['an empty list', ['--access-log-skip', ''], { accessLogSkip: [] }],
    [
      'braces around commas',
      ['--access-log-skip', '/{a,b},/c'],
      { accessLogSkip: ['/{a,b}', '/c'] },
    ],
    ['a single dash', ['--access-log', '-'], { accessLog: '-' }],
  ])('reads %s', async (_what, argv, expected) => {
    expect((await resolve(['serve', 'a.js', ...argv])).settings).toMatchObject(expected);
  });

  test('takes a list of the environment in place of that of the file', async () => {
    put('tsgi.config.json', { bind: [':1', ':2'] });
    const { settings } = await resolve(['serve', 'a.js'], { TSGI_BIND: ':3' });
    expect(settings.bind).toEqual([tcp(3)]);
  });

  test.each<[Readonly<Record<string, string>>, Partial<Resolved['settings']>]>([
    [{ PORT: '5000' }, { bind: [{ host: '0.0.0.0', port: 5000 }] }],
    [{ HOST: '::1' }, { bind: [{ host: '::1', port: 8000 }] }],
    [{ HOST: 'localhost', PORT: '0' }, { bind: [{ host: 'localhost', port: 0 }] }],
    [{ PORT: '5000', TSGI_BIND: ':1' }, { bind: [tcp(1)] }],
    [{ PORT: '' }, { bind: [tcp(8000)] }],
    [{ WEB_CONCURRENCY: '4' }, { workers: 4 }],
    [{ WEB_CONCURRENCY: '4', TSGI_WORKERS: '2' }, { workers: 2 }],
    [{ FORWARDED_ALLOW_IPS: '10.0.0.1, ::1' }, { forwardedAllowIps: ['10.0.0.1', '::1'] }],
    [{ NO_COLOR: '1' }, { color: 'never' }],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, { color: 'always' }],
    [{ FORCE_COLOR: '0' }, { color: 'never' }],
    [{ NO_COLOR: '1', TSGI_COLOR: 'always' }, { color: 'always' }],
    [{ NO_COLOR: '' }, { color: 'auto' }],
  ])('heeds the variables %j', async (env, expected) => {
    expect((await resolve(['serve', 'a.js'], env)).settings).toMatchObject(expected);
  });

  test('tells which variables made the address', async () => {
    const { origins } = await resolve(['serve', 'a.js'], { HOST: '::1', PORT: '1' });
    expect(origins.bind).toEqual({ source: 'environment', variable: 'HOST and PORT' });
  });

  test('warns of variables that no setting has', async () => {
    const { warnings } = await resolve(['serve', 'a.js'], { TSGI_TIMEOT: '1', TSGI_XYZ: '1' });
    expect(warnings).toEqual([
      'no setting has the variable TSGI_TIMEOT; did you mean TSGI_TIMEOUT?',
      'no setting has the variable TSGI_XYZ',
    ]);
  });

  test('lints in dev and not in serve', async () => {
    expect((await resolve(['dev', 'a.js'])).settings.lint).toBe(true);
    expect((await resolve(['serve', 'a.js'])).settings.lint).toBe(false);
    expect((await resolve(['dev', 'a.js', '--no-lint'])).settings.lint).toBe(false);
  });

  test.each([
    [['serve', 'a.js'], 'serve', 'a.js', []],
    [['serve', 'a.js:app'], 'serve', 'a.js:app', []],
    [['--bind', ':0', 'serve', 'a.js'], 'serve', 'a.js', []],
    [['serve', '--', '-a.js'], 'serve', '-a.js', []],
    [['fetch', 'a.js', '/path'], 'fetch', 'a.js', ['/path']],
    [['fetch', '/path'], 'fetch', undefined, ['/path']],
    [['fetch', 'http://a.test/b'], 'fetch', undefined, ['http://a.test/b']],
    [['cgi', '--lint', 'a.js', '--bind', ':0', 'b.js'], 'cgi', 'a.js', []],
    [['init', 'nginx'], 'init', undefined, ['nginx']],
    [['init', 'nginx', 'a.js', '-b', ':0'], 'init', 'a.js', ['nginx']],
    [['fetch'], 'fetch', undefined, []],
    [['fetch', 'a.js'], 'fetch', 'a.js', []],
    [['ctl', 'show', 'workers'], 'ctl', undefined, ['show', 'workers']],
    [['completion', 'bash'], 'completion', undefined, ['bash']],
  ])('finds command and application in %j', async (argv, command, app, operands) => {
    const resolved = await resolve(argv);
    expect([resolved.command, resolved.settings.app, resolved.operands]).toEqual([
      command,
      app,
      operands,
    ]);
  });

  test('tells a file without a dot from a command where it is there', async () => {
    expect(await refusal(['Application'])).toEqual([2, 'there is no command Application']);
    put('Application', '');
    expect(await refusal(['Application'])).toEqual([
      2,
      'tsgi serve Application serves it, tsgi dev Application while you write it; tsgi Application alone is for web servers that start it, and none did',
    ]);
  });

  test('takes application and command for different words', async () => {
    put('tsgi.config.json', { app: 'b.js' });
    expect((await resolve(['serve'])).settings.app).toBe('b.js');
    expect((await resolve(['serve', 'a.js'])).settings.app).toBe('a.js');
  });

  test('finds an application of a usual name, where the command goes', async () => {
    mkdirSync(join(directory, 'src'));
    put('server.js', '');
    expect((await resolve(['serve'])).settings.app).toBe('server.js');
    put('src/app.mjs', '');
    expect((await resolve(['serve'])).settings.app).toBe('src/app.mjs');
    put('src/server.ts', '');
    const { settings } = await resolve(['serve', '--chdir', 'src']);
    expect(settings.app).toBe('app.mjs');
  });

  test('keeps the flags of a command apart', async () => {
    const argv = ['fetch', 'a.js', '/', '-H', 'a: b, c', '-HX: y', '-i', '-d', '', '-XPUT'];
    expect((await resolve(argv)).flags).toEqual({
      header: ['a: b, c', 'X: y'],
      include: true,
      data: '',
      request: 'PUT',
    });
  });

  test('heeds no environment and no file for help and completion', async () => {
    put('tsgi.config.json', '{');
    expect(
      (await resolve(['completion', 'bash'], { TSGI_TIMEOUT: 'x' })).configFile,
    ).toBeUndefined();
  });

  test.each<[readonly string[], string]>([
    [[], 'no command given; tsgi serve FILE serves an application'],
    [['sevre'], 'there is no command sevre; did you mean serve?'],
    [['start'], 'there is no command start'],
    [['serve', 'a.js', 'b.js'], 'serve takes one FILE; got b.js as well'],
    [['fetch', 'a.js', '/', '/b'], 'fetch takes one FILE and one PATH; got /b as well'],
    [['serve', 'a.js', '--app', 'b.js'], 'a.js and --app name an application each; one is served'],
    [['serve', 'a.js', '--timeot', '1'], 'there is no flag --timeot; did you mean --timeout?'],
    [['serve', 'a.js', '--max_rss=1'], 'there is no flag --max_rss; did you mean --max-rss?'],
    [['serve', 'a.js', '--no-timeout'], 'there is no flag --no-timeout; did you mean --timeout?'],
    [['serve', 'a.js', '--preload'], 'there is no flag --preload'],
    [['serve', 'a.js', '--no-json'], 'there is no flag --no-json'],
    [['serve', 'a.js', '-q'], 'there is no flag -q'],
    [['serve', 'a.js', '--bind'], '--bind takes a value, and none follows it'],
    [
      ['serve', 'a.js', '-b', '--lint'],
      '-b takes a value, and the flag --lint follows it; a value that begins with a dash is written -b=--lint',
    ],
    [['serve', 'a.js', '--no-lint=1'], '--no-lint takes no value; got "1"'],
    [['serve', 'a.js', '--lint=maybe'], '--lint takes true or false; got "maybe"'],
    [
      ['serve', 'a.js', '--workers', 'many'],
      '--workers takes a whole number from 0 on, or auto; got "many"',
    ],
    [
      ['serve', 'a.js', '--max-fields', '1048577'],
      '--max-fields takes at most 1048576; got "1048577"',
    ],
    [
      ['serve', 'a.js', '--reload'],
      'there is no --reload: tsgi dev FILE reloads when a file changes',
    ],
    [['fetch', '/', '--workers', '2'], 'tsgi fetch takes no --workers; it is a flag of serve'],
    [['serve', 'a.js', '-X', 'GET'], 'tsgi serve takes no --request; it is a flag of fetch'],
    [
      ['serve', 'a.js', '-c', 'absent.json'],
      '--config takes the name of a file; got "absent.json", which is none',
    ],
  ])('refuses %j', async (argv, message) => {
    expect(await refusal(argv)).toEqual([2, message]);
  });

  test.each(['-D', '--daemon'])('explains why there is no %s', async (flag) => {
    const [exitCode, message] = (await refusal(['serve', 'a.js', flag])) as [number, string];
    expect(exitCode).toBe(2);
    expect(message).toMatch(new RegExp(`^there is no ${flag}: .*systemd.*container$`));
  });

  test.each<[Readonly<Record<string, string>>, string]>([
    [{ TSGI_TIMEOUT: 'x' }, 'TSGI_TIMEOUT takes a duration such as 30s; got "x"'],
    [{ WEB_CONCURRENCY: 'x' }, 'WEB_CONCURRENCY takes a whole number from 0 on, or auto; got "x"'],
    [{ PORT: 'tcp://10.0.0.1:80' }, 'PORT takes a port from 0 to 65535; got "tcp://10.0.0.1:80"'],
    [{ PORT: '65536' }, 'PORT takes a port from 0 to 65535; got "65536"'],
    [{ TSGI_LINT: 'maybe' }, 'TSGI_LINT takes true or false; got "maybe"'],
    [
      { TSGI_CONFIG: 'absent' },
      'TSGI_CONFIG takes the name of a file; got "absent", which is none',
    ],
  ])('refuses the variables %j', async (env, message) => {
    expect(await refusal(['serve', 'a.js'], env)).toEqual([2, message]);
  });

  test.each<[readonly string[], string]>([
    [['--keyfile', 'k'], '--keyfile: there is no TLS without --certfile'],
    [
      ['--keyfile', 'k', '--client-ca', 'c'],
      '--keyfile, --client-ca: there is no TLS without --certfile',
    ],
    [['--http2'], '--http2: there is no HTTP/2 without TLS, and no TLS without --certfile'],
    [
      ['--transport', 'net', '--certfile', 'c'],
      '--transport, --certfile: the net transport does not speak TLS; node-http does',
    ],
    [
      ['--protocol', 'fastcgi', '--certfile', 'c', '--http2'],
      '--protocol, --certfile, --http2: FastCGI, SCGI and uwsgi come from a web server, and TLS, HTTP/2 and the PROXY protocol end there',
    ],
    [
      ['--protocol', 'scgi', '--proxy-protocol', 'v2', '--transport', 'node-http'],
      '--protocol, --transport, --proxy-protocol: FastCGI, SCGI and uwsgi come from a web server, and TLS, HTTP/2 and the PROXY protocol end there',
    ],
    [
      ['--path-source', 'path-info'],
      '--path-source, --protocol: a request of HTTP has its path in one place; variables come with fastcgi, scgi and uwsgi',
    ],
    [
      ['-w', '0', '--max-requests', '5', '--timeout', '1s'],
      '--workers, --timeout, --max-requests: without workers there is no process to replace; --workers 1 has one',
    ],
    [['--max-requests-jitter', '5'], '--max-requests-jitter: there is no --max-requests to add to'],
    [['--bind', ''], '--bind: there is nowhere to listen'],
    [['-b', ':80', '-b', '127.0.0.1:80'], '--bind: an address is there twice'],
    [
      ['--metrics-bind', ':8000'],
      '--metrics-bind, --bind: the address is the same; the metrics need one of their own',
    ],
    [
      ['--metrics-bind', 'systemd'],
      '--metrics-bind: the metrics have one address; systemd may pass several sockets',
    ],
    [
      ['--forwarded-allow-ips', '*,10.0.0.1'],
      '--forwarded-allow-ips: * is everyone and stands alone',
    ],
  ])('refuses together %j', async (argv, message) => {
    expect(await refusal(['serve', 'a.js', ...argv])).toEqual([2, message]);
  });

  test.each<readonly string[]>([
    ['--no-http2'],
    ['--protocol', 'uwsgi', '--path-source', 'path-info', '--no-http2', '--transport', 'net'],
    ['-w', '0', '--timeout', '0'],
    ['-b', ':0', '-b', ':0', '--metrics-bind', ':0'],
    ['--http2', '--certfile', 'c', '--transport', 'node-http'],
  ])('takes together %j', async (...argv) => {
    expect(await refusal(['serve', 'a.js', ...argv])).toMatchObject({ command: 'serve' });
  });

  test('tells where settings that exclude each other come from', async () => {
    put('tsgi.config.json', { maxRss: '1gb' });
    expect(await refusal(['serve', 'a.js'], { WEB_CONCURRENCY: '0' })).toEqual([
      2,
      'WEB_CONCURRENCY, maxRss in tsgi.config.json: without workers there is no process to replace; --workers 1 has one',
    ]);
  });

  test('refuses whatever makes no sense with an error of the command', async () => {
    const names = SETTING_ROWS.map(([name]) => `--${flagOf(name)}`);
    const word = fc.oneof(
      fc.constantFrom(...names, ...Object.keys(COMMANDS), '--', '-', '-b', '--no-lint', 'a.js'),
      fc.constantFrom('0', '1', 'off', '30s', '8mb', ':0', 'auto', 'unix:/a', '/'),
      fc.string({ maxLength: 6 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 6 }), async (argv) => {
        const error: unknown = await resolve(argv).then(
          () => undefined,
          (reason: unknown) => reason,
        );
        expect(error === undefined || error instanceof CommandError).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('leaves settings alone that the command does not take', async () => {
    put('tsgi.config.json', { keyfile: 'k', workers: 0, maxRss: '1gb' });
    expect(await resolve(['fetch', 'a.js', '/'])).toMatchObject({ command: 'fetch' });
  });
});

function tcp(port: number): { host: string; port: number } {
  return { host: '127.0.0.1', port };
}
