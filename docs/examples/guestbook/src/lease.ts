import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Another process that is alive has the file. */
class FileInUse extends Error {
  override readonly name = 'FileInUse';
}

/** The right of this process to use a file, until it is released. */
export interface Lease {
  /** Gives the file free; a second call does nothing. */
  release(): void;
}

/**
 * Makes this process the only user of `file`, or throws where another one is alive. Each process
 * first leaves a marker named after itself and then looks for others, so two can never both pass.
 * The markers of processes that were killed are swept away. Holds within one machine.
 */
export function takeLease(file: string): Lease {
  const folder = dirname(file);
  mkdirSync(folder, { recursive: true });
  const prefix = `${basename(file)}.used-by-`;
  const own = prefix + identify(process.pid);
  leaveMarker(file, join(folder, own));
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(prefix) || name === own) continue;
    const other = name.slice(prefix.length);
    if (isRunning(other)) {
      rmSync(join(folder, own), { force: true });
      throw new FileInUse(
        `${file} is in use by process ${Number.parseInt(other, 10)}. ` +
          `If that is another program, delete ${join(folder, name)}.`,
      );
    }
    rmSync(join(folder, name), { force: true });
  }
  return { release: () => rmSync(join(folder, own), { force: true }) };
}

/**
 * The same, but waits its turn for up to `patience` milliseconds where another process has the
 * file. The thread is blocked meanwhile.
 */
export function awaitLease(file: string, patience: number): Lease {
  const end = performance.now() + patience;
  const never = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    try {
      return takeLease(file);
    } catch (error) {
      if (!(error instanceof FileInUse) || performance.now() >= end) throw error;
    }
    // By chance, so that two that have seen each other do not come back at the same time.
    Atomics.wait(never, 0, 0, 5 + Math.random() * 20);
  }
}

function leaveMarker(file: string, marker: string): void {
  try {
    closeSync(openSync(marker, 'wx'));
  } catch (cause) {
    if (!isErrorWithCode(cause, 'EEXIST')) throw cause;
    throw new Error(`${file} is already open in this process (${marker} exists).`, { cause });
  }
}

function isRunning(identity: string): boolean {
  const pid = Number.parseInt(identity, 10);
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (isErrorWithCode(error, 'ESRCH')) return false;
  }
  return identify(pid) === identity;
}

/**
 * The process id, and on Linux the start time, which tells a reused id from its first owner. A
 * zombie, killed and not yet collected by its parent, no longer has the identity it ran under.
 */
function identify(pid: number): string {
  try {
    // proc(5): the name stands in parentheses; field 3 is the state, 22 the start in clock ticks.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? `${pid}-zombie` : `${pid}-${fields[19]}`;
  } catch {
    return `${pid}`;
  }
}

function isErrorWithCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
