import { lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { CommandError, EXIT } from '../cli/command-error.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** The directory of the control sockets whose path nobody has chosen. */
export function socketDirectory(env: Variables): string {
  const runtime = env['XDG_RUNTIME_DIR'];
  return runtime === undefined || runtime === ''
    ? join(tmpdir(), `tsgi-${userInfo().uid}`)
    : runtime;
}

/** The control socket of a process that was told no path. */
export function defaultSocketPath(pid: number, env: Variables): string {
  return join(socketDirectory(env), `tsgi-${pid}.sock`);
}

/**
 * Makes the directory for that socket. Throws a CommandError where others could put theirs in its
 * place: it is to belong to this user, who alone can enter it.
 */
export function prepareSocketDirectory(env: Variables): void {
  const directory = socketDirectory(env);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const { uid, mode } = lstatSync(directory);
  if (uid !== userInfo().uid || (mode & 0o077) !== 0) {
    throw new CommandError(
      EXIT.failure,
      `the directory ${directory} for the control socket is open to others; choose one with --control-socket`,
    );
  }
}

/** The control sockets of this user that nobody has chosen a path for; servers may be gone. */
export function listSockets(env: Variables): readonly string[] {
  const directory = socketDirectory(env);
  try {
    return readdirSync(directory)
      .filter((name) => /^tsgi-[1-9][0-9]*\.sock$/.test(name))
      .toSorted()
      .map((name) => join(directory, name));
  } catch {
    return [];
  }
}
