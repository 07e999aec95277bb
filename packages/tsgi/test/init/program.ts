import { execFile } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll } from 'vitest';

/** Where Debian puts servers, which is not in every PATH. */
const FOLDERS = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];

/**
 * Whether tests of a program are skipped: where it is missing, which is said. With CI in the
 * environment nothing is skipped, so that they fail.
 */
export function isMissing(program: string): boolean {
  const found = FOLDERS.some((folder) => isExecutable(join(folder, program)));
  if (!found && process.env['CI'] === undefined) {
    process.stderr.write(`skipped: there is no ${program}\n`);
    return true;
  }
  return false;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What a program wrote, both streams together, and its exit status. */
export interface Ran {
  readonly status: number;
  readonly output: string;
}

/** Runs a program to its end. */
export function run(program: string, ...args: readonly string[]): Promise<Ran> {
  const options = { env: { ...process.env, PATH: FOLDERS.join(delimiter) } };
  return new Promise((resolve) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code), output: stdout + stderr });
    });
  });
}

/** An empty directory that goes after the tests of a file. */
export function scratch(): string {
  const directory = mkdtempSync(join(tmpdir(), 'tsgi-init-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
