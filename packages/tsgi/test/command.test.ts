import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type Command, endCommands, tsgi } from './tsgi-process.ts';

afterEach(endCommands);

async function serving(command: Command): Promise<string> {
  return /http:\/\/\S+/.exec(await command.until(')\n'))?.[0] ?? '';
}

describe('tsgi serve', () => {
  test.each([
    ['hello.mjs', 'hello\n'],
    ['hello.mjs:app', 'hello\n'],
    ['default.mjs', 'async: false\n'],
    ['asynchronous.mjs', 'async: true\n'],
  ])('serves %s', async (specifier, expected) => {
    const command = tsgi('serve', specifier, '--bind', '127.0.0.1:0');
    const response = await fetch(await serving(command));
    expect(await response.text()).toBe(expected);
    command.child.kill('SIGTERM');
    expect(await command.exit).toBe(0);
    expect(command.errors()).toBe('');
  });

  test('takes a profile and a mount from the command line', async () => {
    const command = tsgi(
      'serve',
      'default.mjs',
      '-b',
      ':0',
      '--profile',
      'async',
      '--script-name',
      '/m',
    );
    const url = await serving(command);
    expect(await (await fetch(`${url}/m/`)).text()).toBe('async: true\n');
    expect((await fetch(url)).status).toBe(404);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)(
    'lets a running response end on %s and exits with 0',
    async (signal) => {
      const command = tsgi('serve', 'slow.mjs', '--bind', '127.0.0.1:0');
      const response = fetch(await serving(command));
      await command.until('called');
      command.child.kill(signal);
      if (signal === 'SIGINT') {
        command.child.kill('SIGTERM');
      }
      expect(await (await response).text()).toBe('whole\n');
      expect(await command.exit).toBe(0);
    },
  );

  test('runs the startup before it serves and the shutdown before it exits', async () => {
    const command = tsgi('serve', 'lifespan.mjs', '--bind', '127.0.0.1:0');
    const response = await fetch(await serving(command));
    expect(await response.text()).toBe('hello from the startup\n');
    command.child.kill('SIGTERM');
    expect(await command.exit).toBe(0);
    expect(command.output()).toMatch(/\nshutdown: hello from the startup\n$/);
  });

  test('says in one line that the shutdown failed, and exits with 1', async () => {
    const command = tsgi('serve', 'shutdown-fails.mjs', '--bind', '127.0.0.1:0');
    await serving(command);
    command.child.kill('SIGTERM');
    expect(await command.exit).toBe(1);
    expect(command.errors()).toMatch(
      /^tsgi: the shutdown of shutdown-fails\.mjs failed: Error: the queue was not empty \(.*\)\n$/,
    );
  });

  test('says in one line that the port is in use, and exits with 5', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const command = tsgi('serve', 'hello.mjs', '--bind', `127.0.0.1:${port}`);
    expect(await command.exit).toBe(5);
    expect(command.errors()).toBe(`tsgi: cannot listen on 127.0.0.1:${port}: the port is in use\n`);
    taken.close();
  });

  test.each([
    [['absent.mjs'], 'tsgi: there is no file absent.mjs\n'],
    [['.'], 'tsgi: . is no file\n'],
    [
      ['no-application.mjs'],
      'tsgi: no-application.mjs has no export default, app, application; it exports nothing\n',
    ],
    [
      ['no-application.mjs:nothing'],
      'tsgi: the export nothing of no-application.mjs is null, not a function\n',
    ],
    [['object.mjs'], 'tsgi: the export default of object.mjs is an Object, not a function\n'],
    [['hello.mjs:number'], 'tsgi: the export number of hello.mjs is 3, not a function\n'],
    [['hello.mjs:absent'], 'tsgi: hello.mjs has no export absent; it exports app, number\n'],
    [
      ['wrong-profile.mjs'],
      'tsgi: wrong-profile.mjs exports the profile "both"; it is "sync" or "async"\n',
    ],
    [
      ['throws.mjs'],
      /^tsgi: cannot load throws\.mjs: Error: first line \(file:\/\/.*throws\.mjs:1:\d+\)\n$/,
    ],
    [
      ['wrong-lifespan.mjs'],
      'tsgi: the lifespan that wrong-lifespan.mjs exports is malformed: an option has a value that it takes; got "lifespan.startup: \\"now\\", which is no function"\n',
    ],
    [
      ['startup-fails.mjs'],
      /^tsgi: the startup of startup-fails\.mjs failed: Error: the database says \(file:\/\/.*startup-fails\.mjs:3:\d+\)\n$/,
    ],
  ])('says what is wrong with %j and exits with 4', async (args, expected) => {
    const command = tsgi('serve', ...args, '--bind', '127.0.0.1:0');
    expect(await command.exit).toBe(4);
    expect(command.errors()).toMatch(expected);
    expect(command.output()).toBe('');
  });

  test.each([
    ["import './absent.mjs';", /: Error: Cannot find module .*absent\.mjs.*\n$/],
    ['export default ((', /: SyntaxError: .*\n$/],
    ['const a: number = 1;', /: SyntaxError: .*\n$/],
  ])('says why it cannot load %j and exits with 4', async (source, expected) => {
    const file = join(mkdtempSync(join(tmpdir(), 'tsgi-test-')), 'broken.mjs');
    writeFileSync(file, source);
    const command = tsgi('serve', file, '--bind', '127.0.0.1:0');
    expect(await command.exit).toBe(4);
    expect(command.errors()).toMatch(/^tsgi: cannot load .*broken\.mjs: /);
    expect(command.errors()).toMatch(expected);
    rmSync(dirname(file), { recursive: true });
  });

  test.each([
    [[], 'no command given'],
    [['run'], 'there is no command run'],
    [['sevre', 'hello.mjs'], 'there is no command sevre; did you mean serve?'],
    [
      ['serve'],
      'there is no application: it is the FILE of the command, or app in the configuration file, or one of app, src/app, server, tsgi with .ts, .mts, .js, .mjs in ',
    ],
    [
      ['hello.mjs', '--bind', ':0'],
      'tsgi serve hello.mjs serves it, tsgi dev hello.mjs while you write it; tsgi hello.mjs alone is for web servers that start it, and none did',
    ],
    [['cgi'], 'cgi takes FILE, the application, after its options'],
    [['cgi', 'hello.mjs'], 'there is no request: a web server sets GATEWAY_INTERFACE and'],
    [['init'], 'init takes one of nginx, apache, systemd, docker, procfile'],
    [['init', 'ngnix'], 'procfile; got ngnix; did you mean nginx?'],
    [['serve', 'hello.mjs', 'more.mjs'], 'serve takes one FILE; got more.mjs as well'],
    [['serve', 'hello.mjs', '--bnd', ':0'], 'there is no flag --bnd; did you mean --bind?'],
    [['serve', 'hello.mjs', '--bind'], '--bind takes a value, and none follows it'],
    [
      ['serve', 'hello.mjs', '--bind', '8000'],
      '--bind takes HOST:PORT with a port from 0 to 65535, unix:/PATH, fd://N or systemd; got "8000"',
    ],
    [['serve', 'hello.mjs', '--bind', ':65536'], 'got ":65536"'],
    [['serve', 'hello.mjs', '--profile', 'both'], '--profile takes sync or async; got "both"'],
    [
      ['serve', 'hello.mjs', '-b', ':0', '--script-name', '/a/'],
      '--script-name takes nothing, or a path that begins with / and does not end with it; got "/a/"',
    ],
    [['serve', 'hello.mjs', '--keyfile', 'k'], '--keyfile: there is no TLS without --certfile'],
    [
      ['serve', 'hello.mjs', '--certfile', 'absent.pem'],
      '--certfile takes a readable file: ENOENT',
    ],
    [
      ['serve', 'hello.mjs', '--chdir', 'absent'],
      '--chdir takes the name of a directory; got "absent"',
    ],
    [['serve', 'hello.mjs', '-b', 'systemd'], 'LISTEN_FDS is not set'],
    [['serve', 'hello.mjs', '-D'], 'there is no -D: '],
    [['completion', 'tcsh'], 'completion takes one of bash, zsh, fish; got tcsh'],
    [['help', 'me'], 'there is no command me'],
    [['config', '--explain', 'timout'], 'there is no setting timout; did you mean timeout?'],
  ])('refuses the arguments %j with 2', async (args, expected) => {
    const command = tsgi(...args);
    expect(await command.exit).toBe(2);
    expect(command.errors()).toContain(expected);
    expect(command.errors().split('\n')).toHaveLength(2);
  });

  test('refuses an address that this machine does not have with 5', async () => {
    const command = tsgi('serve', 'hello.mjs', '--bind', '192.0.2.1:8000');
    expect(await command.exit).toBe(5);
    expect(command.errors()).toBe(
      'tsgi: cannot listen on 192.0.2.1:8000: this machine has no such address\n',
    );
  });
});

describe('tsgi', () => {
  test('shows its help and its version', async () => {
    const help = tsgi('--help');
    expect(await help.exit).toBe(0);
    expect(help.output()).toMatch(/^Usage: tsgi COMMAND \[FILE\[:EXPORT\]\] \[options\]\n/);
    const version = tsgi('--version');
    expect(await version.exit).toBe(0);
    expect(version.output()).toMatch(/^tsgi \d+\.\d+\.\d+\n$/);
  });

  test.each([
    [['help', 'serve'], /^Usage: tsgi serve \[FILE\[:EXPORT\]\] \[options\]\n[^]*--bind ADDRESS/],
    [
      ['fetch', '--help'],
      /^Usage: tsgi fetch \[FILE\[:EXPORT\]\] \[PATH\][^]*-X, --request METHOD/,
    ],
    [['cgi', '-h'], /^Usage: tsgi cgi \[options\] FILE\[:EXPORT\]\n/],
    [
      ['-h', 'init'],
      /^Usage: tsgi init nginx\|apache\|systemd\|docker\|procfile \[FILE[^]*--server-name NAME/,
    ],
    [['help'], /^Usage: tsgi COMMAND[^]*\n {2}doctor {2}[^]*\n {3}78 {2}/],
  ])('shows with %j how a command is used', async (args, expected) => {
    const command = tsgi(...args);
    expect(await command.exit).toBe(0);
    expect(command.output()).toMatch(expected);
    expect(
      command
        .output()
        .split('\n')
        .filter((line) => line.length > 100),
    ).toEqual([]);
  });
});
