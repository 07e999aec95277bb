import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const KIT = fileURLToPath(new URL('..', import.meta.url));
const LIMIT = 300_000;

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function kit(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const words = ['bin/tsgi-conformance.mjs', ...args];
    execFile(process.execPath, words, { cwd: KIT, maxBuffer: 1e8 }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

function command(fault: string): string {
  return `'${process.execPath}' mutants/command/server.mjs ${fault} {app} {port}`;
}

function harness(fault: string): string {
  return `'${process.execPath}' mutants/command/harness.mjs ${fault}`;
}

async function untilFile(folder: string, file: string): Promise<void> {
  const watcher = watch(folder);
  while (!existsSync(file) || readFileSync(file, 'utf8') === '') await once(watcher, 'change');
  watcher.close();
}

/** A process that has been killed stays until its parent has taken note. */
async function untilGone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

// Most of them wait most of the time.
describe.concurrent('tsgi-conformance server --cmd', () => {
  test.each([
    ['exits', 'the command exited with code 7; its output ends: there is no configuration', 5000],
    [
      'deaf',
      'waited 4000 ms in vain for the port that {port} stands for to accept connections; the command runs',
      2000,
    ],
    ['elsewhere', 'is {port} handed on to the server?', 2000],
    ['always-200', 'the answers do not come from the application of this run', 5000],
  ])(
    'tells the fault "%s" of a command and exits with 3',
    async (fault, message, budget) => {
      const { code, out } = await kit('smoke', '--cmd', command(fault), '--budget', `${budget}`);
      expect(out).toMatch(message);
      expect(out).not.toMatch(/^pass /m);
      expect(code).toBe(3);
    },
    LIMIT,
  );

  test(
    'tells of a command that ignores the signal to stop, and ends it',
    async () => {
      const { code, out } = await kit('smoke', '--cmd', command('stubborn'), '--budget', '2000');
      expect(out).toContain('waited 2000 ms in vain for the command to end after SIGTERM');
      expect(code).toBe(3);
    },
    LIMIT,
  );

  test.each([
    ['a signal', 'none', ['--ready', 'tcp', '--stop', 'SIGTERM']],
    ['the end of its input', 'until-eof', ['--ready', 'http', '--stop', 'stdin-eof']],
    ['a captured port', 'none', ['--ready', 'stdout:listening on http://127.0.0.1:(\\d+)']],
    ['a captured URL', 'none', ['--ready', 'stdout:listening on (\\S+)']],
  ])(
    'starts and stops a server by %s',
    async (_way, fault, flags) => {
      const { code, out } = await kit('smoke', '--cmd', command(fault), ...flags);
      expect(out).toContain('pass    ADP-CLOSE.refuses');
      expect(out).toContain('pass    BOOT-CAPABILITY.modules');
      expect(code).toBe(0);
    },
    LIMIT,
  );

  test(
    'judges order and cleanup in another process',
    async () => {
      const globs = ['BODY-NODELAY.*', 'CLOSE-ORDER.*'];
      const run = globs.flatMap((glob) => ['--run', glob]);
      const { code, out } = await kit('server', '--cmd', command('none'), ...run);
      expect(out).toContain('pass    BODY-NODELAY.blocked-next');
      expect(out).toContain('pass    CLOSE-ORDER.closed');
      expect(code).toBe(0);
    },
    LIMIT,
  );

  test(
    'ends its servers and deletes its files when it is interrupted itself',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'tsgi-interrupted-'));
      const file = join(folder, 'pid');
      const line = `'${process.execPath}' mutants/command/server.mjs deaf {app} {port} '${file}'`;
      const kitItself = spawn(
        process.execPath,
        ['bin/tsgi-conformance.mjs', 'smoke', '--cmd', line],
        { cwd: KIT, env: { ...process.env, TMPDIR: folder }, stdio: 'ignore' },
      );
      const ended = once(kitItself, 'exit');
      await untilFile(folder, file);
      kitItself.kill('SIGTERM');
      expect(await ended).toEqual([null, 'SIGTERM']);
      const pid = Number(readFileSync(file, 'utf8'));
      await untilGone(pid);
      expect(readdirSync(folder)).toEqual(['pid']);
      rmSync(folder, { recursive: true });
    },
    LIMIT,
  );

  test.each([
    [['--cmd', 'my-server {port}'], 'the command has no {app}'],
    [['--cmd', 'my-server {app}'], 'the command has no {port}'],
    [['--cmd', 'my-server {app} {prot}'], '{prot} stands for nothing'],
    [['--cmd', "my-server '{app} {port}"], 'a quote is not closed'],
    [['--cmd', 'x {app} {port}', '--url', 'http://a:1'], 'exclude each other'],
    [['--cmd', 'x {app} {port}', '--ready', 'soon'], '--ready takes tcp, http or stdout:REGEX'],
    [['--cmd', 'x {app} {port}', '--ready', 'stdout:('], 'is no regular expression'],
    [['--cmd', 'x {app} {port}', '--stop', 'please'], '--stop takes the name of a signal'],
    [['--url', 'https://a:1'], '--url takes http://HOST:PORT, without a path and without TLS'],
    [['adapters/net.mjs', '--stop', 'SIGINT'], '--stop belongs to --cmd'],
    [['adapters/net.mjs', '--expect', 'none.expect'], '--expect none.expect'],
  ])(
    'refuses %j with one line and exit code 2',
    async (args, message) => {
      const { code, out, err } = await kit('server', ...args);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toMatch(/^tsgi-conformance: [^\n]+\n$/);
      expect(err).toContain(message);
    },
    LIMIT,
  );
});

describe.concurrent('tsgi-conformance server --protocol', () => {
  test.each([
    ['garbage', 'the harness wrote a line that is no JSON: Listening'],
    ['version', 'the harness speaks version 2, not 1'],
    ['seq', 'the harness answered seq 2; open requests: 1'],
    ['member', 'departs from the schema of the protocol: $.colour is unknown'],
    ['anonymous', 'holds no meta with a name and a version'],
  ])(
    'tells the fault "%s" of a harness and exits with 3',
    async (fault, message) => {
      const { code, out } = await kit('smoke', '--protocol', harness(fault), '-V');
      expect(out).toContain(message);
      expect(code).toBe(3);
    },
    LIMIT,
  );

  test(
    'tells of a harness that says nothing and exits with 3',
    async () => {
      const { code, out } = await kit('smoke', '--protocol', harness('silent'), '--budget', '1000');
      expect(out).toContain('in vain for the harness to answer "start"');
      expect(code).toBe(3);
    },
    LIMIT,
  );

  test.each([
    ['unimplemented', 'unimplemented-by-harness: the harness does not implement "listen"'],
    ['skipped', 'unimplemented-by-harness: the harness leaves it out: tired'],
  ])(
    'skips what a harness answers with "%s", and executes nothing',
    async (fault, message) => {
      const { code, out } = await kit('smoke', '--protocol', harness(fault), '-V');
      expect(out).toContain(message);
      expect(code).toBe(4);
    },
    LIMIT,
  );

  test(
    'judges an adapter through the harness that ships with the kit',
    async () => {
      const line = `'${process.execPath}' bin/tsgi-harness.mjs adapters/seam-server.mjs`;
      const { code, out } = await kit('server', '--protocol', line, '-V', '--run', 'CLOSE-ONCE.*');
      expect(out).toContain('pass    CLOSE-ONCE.');
      expect(out).toContain('the reference of the kit 1.0.0');
      expect(code).toBe(0);
    },
    LIMIT,
  );
});
