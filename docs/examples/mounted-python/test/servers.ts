import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const MODULES = fileURLToPath(new URL('../python', import.meta.url));
const PYTHON = '/usr/bin/python3';

/** Why the servers of Python cannot be started; undefined where they can, and in CI. */
export function whyNot(): string | undefined {
  if (process.env['CI'] !== undefined) {
    return undefined;
  }
  const probes: ReadonlyArray<readonly [program: string, ...args: string[]]> = [
    ['uwsgi', '--plugin', 'python3', '--version'],
    ['gunicorn', '--version'],
    [PYTHON, '-c', 'import flask, django'],
  ];
  const missing = probes.filter(([program, ...args]) => spawnSync(program, args).status !== 0);
  return missing.length === 0
    ? undefined
    : `not installed: ${missing.map((command) => command.join(' ')).join('; ')}`;
}

/** Servers of Python, on Unix sockets in a folder of their own. */
export class PythonServers {
  readonly #folder = mkdtempSync(join(tmpdir(), 'tsgi-python-'));
  readonly #children: ChildProcess[] = [];

  /** Starts uWSGI with an application; the URLs of its four sockets. */
  async startUwsgi(module: string): Promise<Readonly<Record<string, string>>> {
    const path = (protocol: string): string => join(this.#folder, `${module}-${protocol}.sock`);
    const flags: ReadonlyArray<readonly string[]> = [
      ['--plugin', 'python3', '--pythonpath', MODULES, '--module', module],
      ['--master', '--die-on-term', '--need-app', '--processes', '1', '--threads', '4'],
      // fields and variables of one request: 4 KiB are too few for cookies
      ['--buffer-size', '32768'],
      ['--socket', path('uwsgi'), '--http-socket', path('http')],
      ['--scgi-socket', path('scgi'), '--fastcgi-socket', path('fastcgi')],
    ];
    await this.#start('uwsgi', flags.flat(), 'spawned uWSGI worker');
    return {
      uwsgi: `uwsgi+unix:${path('uwsgi')}`,
      http: `http+unix:${path('http')}`,
      scgi: `scgi+unix:${path('scgi')}`,
      fastcgi: `fastcgi+unix:${path('fastcgi')}`,
    };
  }

  /** Starts Gunicorn with an application; its URL. */
  async startGunicorn(module: string): Promise<string> {
    const path = join(this.#folder, `${module}-gunicorn.sock`);
    const flags = ['--pythonpath', MODULES, '--bind', `unix:${path}`, '--threads', '4'];
    const args = [...flags, `${module}:application`];
    await this.#start('gunicorn', args, 'Booting worker');
    return `unix:${path}`;
  }

  async #start(program: string, args: readonly string[], ready: string): Promise<void> {
    const child = spawn(program, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
    });
    this.#children.push(child);
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stderr })) {
      lines.push(line);
      if (line.includes(ready)) {
        child.stderr.resume();
        return;
      }
    }
    throw new Error(`${program} did not start:\n${lines.join('\n')}`);
  }

  /** Ends all of them. */
  async stop(): Promise<void> {
    await Promise.all(
      this.#children.map(async (child) => {
        if (child.exitCode === null && child.signalCode === null) {
          const ended = once(child, 'exit');
          child.kill('SIGTERM');
          await ended;
        }
      }),
    );
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
