import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';

const PROGRAM = 'php-fpm8.2';

/** Why php-fpm cannot be started; undefined where it can, and in CI. */
export function whyNot(): string | undefined {
  const isThere = spawnSync(PROGRAM, ['--version']).status === 0;
  return isThere || process.env['CI'] !== undefined ? undefined : `not installed: ${PROGRAM}`;
}

/** php-fpm on a Unix socket in a folder of its own. */
export class PhpServer {
  readonly #folder = mkdtempSync(join(tmpdir(), 'tsgi-php-'));
  #child?: ChildProcess;

  /** Starts it; its URL. */
  async start(): Promise<string> {
    const socket = join(this.#folder, 'php.sock');
    mkdirSync(join(this.#folder, 'tmp'));
    const isRoot = process.getuid?.() === 0;
    writeFileSync(
      join(this.#folder, 'php-fpm.conf'),
      [
        '[global]',
        `error_log = ${this.#folder}/log`,
        'daemonize = no',
        '[site]',
        ...(isRoot ? ['user = root', 'group = root'] : []),
        `listen = ${socket}`,
        'pm = static',
        'pm.max_children = 4',
        'catch_workers_output = no',
        'php_admin_value[upload_max_filesize] = 64M',
        'php_admin_value[post_max_size] = 64M',
        'php_admin_value[log_errors] = 1',
        // to standard error, which FastCGI has a stream for
        'php_admin_value[error_log] = ',
        `php_admin_value[session.save_path] = ${this.#folder}/tmp`,
        `php_admin_value[sys_temp_dir] = ${this.#folder}/tmp`,
        '',
      ].join('\n'),
    );
    const args = [
      '-n',
      '-F',
      '-O',
      '-y',
      join(this.#folder, 'php-fpm.conf'),
      ...(isRoot ? ['-R'] : []),
    ];
    const child = spawn(PROGRAM, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child = child;
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stderr })) {
      lines.push(line);
      if (line.includes('ready to handle connections')) {
        child.stderr.resume();
        return `fastcgi+unix:${socket}`;
      }
    }
    throw new Error(`${PROGRAM} did not start:\n${lines.join('\n')}`);
  }

  /** Ends it. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child !== undefined && child.exitCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
