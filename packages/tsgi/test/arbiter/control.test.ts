import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  type ControlledServer,
  ctl,
  RunningCommand,
  serve,
  serveControlled,
  temporaryDirectory,
} from './running-command.ts';

async function ask({ socket }: ControlledServer, words: string): Promise<unknown> {
  const { output } = await ctl([...words.split(' '), '--json', '-s', socket]);
  return (JSON.parse(output) as { result: unknown }).result;
}

describe('tsgi ctl', () => {
  test('shows workers, figures, settings and listeners', async () => {
    const server = await serveControlled('pid.mjs', '-w', '2');
    await (await fetch(server.url)).text();
    const table = await ctl(['show', 'workers', '-s', server.socket]);
    expect(table.code).toBe(0);
    expect(table.output).toMatch(/^WORKER +PID +STATE +AGE +REQUESTS +ACTIVE +CONNS +RSS +DELAY\n/);
    expect(table.output).toMatch(/\n1 +\d+ +ready +\d+s +\d+ +0 +\d+ +[\d.]+M +[\d.]+ms\n/);
    expect(await ask(server, 'show stats')).toMatchObject({
      pid: server.command.pid,
      app: 'pid.mjs',
      profile: 'sync',
      phase: 'running',
      workersReady: 2,
      workersWanted: 2,
    });
    expect(await ask(server, 'show settings')).toMatchObject({ workers: 2, timeout: 30_000 });
    const listeners = (await ask(server, 'show listeners')) as readonly string[];
    expect(listeners).toEqual([new URL(server.url).host]);
    const settings = await ctl(['show', 'settings', '-s', server.socket]);
    expect(settings.output).toMatch(/^workers +2$/m);
    expect(settings.output).toMatch(/^timeout +30s$/m);
  });

  test('adds and removes workers, reloads and shuts down', async () => {
    const server = await serveControlled('pid.mjs');
    expect(await ask(server, 'add')).toEqual({ ok: true, message: '2 workers from now on' });
    await server.command.until(/worker 2 \(process \d+\) serves/);
    const reload = await ctl(['reload', '-s', server.socket]);
    expect(reload).toEqual({ code: 0, output: 'reloaded: 2 new workers serve\n', errors: '' });
    expect(await ask(server, 'remove')).toEqual({ ok: true, message: '1 worker from now on' });
    const last = await ctl(['remove', '-s', server.socket]);
    expect(last).toEqual({
      code: 1,
      output: '',
      errors: 'tsgi: the last worker is not removed\n',
    });
    const end = await ctl(['shutdown', '-s', server.socket]);
    expect(end).toEqual({ code: 0, output: 'the server stops\n', errors: '' });
    expect(await server.command.exit).toBe(0);
    expect(existsSync(server.socket)).toBe(false);
  });

  test('says that a reload has failed, with exit code 1', async () => {
    const cwd = temporaryDirectory();
    const socket = join(cwd, 'control.sock');
    const app = join(cwd, 'app.mjs');
    writeFileSync(app, 'export const app = () => [];');
    await serve(['app.mjs', '--control-socket', socket], { cwd });
    writeFileSync(app, 'export const app = 1;');
    const reload = await ctl(['reload', '--json', '-s', socket]);
    expect(reload.code).toBe(1);
    expect(JSON.parse(reload.output)).toEqual({
      ok: false,
      error: {
        code: 'failed',
        message:
          'reload failed, 1 old worker stays: the export app of app.mjs is 1, not a function',
      },
    });
  });

  test('opens the log files of all processes again', async () => {
    const directory = temporaryDirectory();
    const [access, error] = [join(directory, 'access.log'), join(directory, 'error.log')];
    const server = await serveControlled('pid.mjs', '--access-log', access, '--error-log', error);
    await (await fetch(`${server.url}/before`)).text();
    renameSync(access, `${access}.1`);
    renameSync(error, `${error}.1`);
    expect(await ask(server, 'reopen')).toMatchObject({ ok: true });
    await (await fetch(`${server.url}/after`)).text();
    await ctl(['shutdown', '-s', server.socket]);
    expect(await server.command.closed).toBe(0);
    expect(readFileSync(`${access}.1`, 'utf8')).toContain('GET /before ');
    expect(readFileSync(access, 'utf8')).toContain('GET /after ');
    expect(readFileSync(error, 'utf8')).toContain('has ended: shutdown');
  });

  test('finds the server by itself, and tells several apart', async () => {
    const [first, second] = [temporaryDirectory(), temporaryDirectory()];
    const env = { XDG_RUNTIME_DIR: temporaryDirectory() };
    for (const cwd of [first, second]) {
      writeFileSync(join(cwd, 'app.mjs'), 'export const app = () => [];');
    }
    const none = await ctl(['show', 'stats'], { env });
    expect(none.code).toBe(1);
    expect(none.errors).toMatch(/^tsgi: no server of this user runs: none answers in /);
    const dead = await serve(['app.mjs'], { cwd: first, env });
    await dead.command.end();
    const one = await serve(['app.mjs'], { cwd: first, env });
    expect((await ctl(['show', 'stats'], { env })).output).toContain(`${one.command.pid}\n`);
    const other = await serve(['app.mjs'], { cwd: second, env });
    expect((await ctl(['show', 'stats'], { env, cwd: second })).output).toContain(
      `${other.command.pid}\n`,
    );
    expect(readdirSync(env.XDG_RUNTIME_DIR)).toHaveLength(2);
    const unclear = await ctl(['show', 'stats'], { env });
    expect(unclear.code).toBe(2);
    expect(unclear.errors).toContain('several servers run; choose with --socket: ');
    expect(unclear.errors).toContain(`tsgi-${one.command.pid}.sock (app.mjs on 127.0.0.1:`);
  });

  test.each([
    [[], 2, 'ctl takes a command: show workers, '],
    [['show', 'wrkers'], 2, 'no command "show wrkers"; did you mean show workers?'],
    [['frobnicate'], 2, 'no command "frobnicate"; there are show workers, '],
    [['add', '-s', '/nowhere/tsgi.sock'], 1, 'there is no such socket; is the server running?'],
    [['add', '--control-socket', 'off'], 2, 'the settings say that there is no control socket'],
  ])('refuses %j with %i', async (words, code, message) => {
    const answer = await ctl(words);
    expect(answer.code).toBe(code);
    expect(answer.errors).toContain(message);
  });

  test('says that the server of a socket is gone', async () => {
    const server = await serveControlled('pid.mjs');
    await server.command.end();
    const answer = await ctl(['add', '-s', server.socket]);
    expect(answer.code).toBe(1);
    expect(answer.errors).toContain('nobody listens there any more; the server is gone');
  });

  test('says that what answers is another program', async () => {
    const path = join(temporaryDirectory(), 'other.sock');
    const other = createServer((socket) => socket.end('220 mail.test ESMTP\r\n')).listen(path);
    await once(other, 'listening');
    const answer = await ctl(['add', '-s', path]);
    other.close();
    expect(answer.code).toBe(1);
    expect(answer.errors).toContain(`what answers at ${path} is no server of tsgi: 220 mail.test`);
  });
});

describe('--control-socket', () => {
  test('is for its owner alone, and replaces one whose server was killed', async () => {
    const server = await serveControlled('pid.mjs');
    expect(statSync(server.socket).mode & 0o777).toBe(0o600);
    await server.command.end();
    expect(existsSync(server.socket)).toBe(true);
    const again = await serve(['pid.mjs', '--control-socket', server.socket]);
    expect((await ctl(['show', 'stats', '-s', server.socket])).output).toContain(
      `${again.command.pid}\n`,
    );
    const rival = new RunningCommand([
      'serve',
      'pid.mjs',
      '-b',
      ':0',
      '--control-socket',
      server.socket,
    ]);
    expect(await rival.closed).toBe(5);
    expect(rival.errors).toContain('another process listens there');
  });

  test('is warned of where its directory is open to others', async () => {
    const directory = join(temporaryDirectory(), 'open');
    mkdirSync(directory, { mode: 0o777 });
    const { command } = await serve(['pid.mjs'], {
      env: { XDG_RUNTIME_DIR: `${directory}/../open` },
    });
    const [message] = await command.until(/there is no control socket: .*\n/);
    expect(message).toContain('is open to others; choose one with --control-socket');
  });

  test('answers what is no command, and closes on what has no end', async () => {
    const { socket: path } = await serveControlled('pid.mjs');
    const client = connect({ path }).setEncoding('utf8');
    client.write('nonsense\n{"command": "show"}\n');
    let text = '';
    while (text.split('\n').length < 3) {
      text += ((await once(client, 'data')) as [string])[0];
    }
    const [malformed, unknown] = text.split('\n');
    expect(malformed).toContain('"code":"malformed"');
    expect(unknown).toContain('"code":"unknown-command"');
    client.on('error', () => {});
    client.write('x'.repeat(5000));
    await once(client, 'close');
    expect(client.destroyed).toBe(true);
  });
});
