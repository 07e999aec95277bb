import { readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { CommandError, EXIT } from '../cli/command-error.ts';

/** A file that holds the process id of the command while it runs. */
export class PidFile {
  readonly #file: string;

  private constructor(file: string) {
    this.#file = file;
    process.once('exit', () => this.remove());
  }

  /**
   * Writes the file; one that a dead process left behind is replaced. Throws a CommandError where
   * the process that it names runs, or where it cannot be written.
   */
  static write(file: string): PidFile {
    const owner = readPid(file);
    if (owner !== undefined && owner !== process.pid && isRunning(owner)) {
      throw new CommandError(
        EXIT.failure,
        `${file} names process ${owner}, which runs; stop it or choose another --pid-file`,
      );
    }
    try {
      writeFileSync(file, `${process.pid}\n`);
    } catch (error) {
      throw new CommandError(EXIT.failure, `cannot write ${file}: ${(error as Error).message}`, {
        cause: error,
      });
    }
    return new PidFile(file);
  }

  /** Removes the file, unless another process has written it since. */
  remove(): void {
    if (readPid(this.#file) === process.pid) {
      try {
        unlinkSync(this.#file);
      } catch {
        // gone, or in a directory that may no longer be written: the next start finds it stale
      }
    }
  }
}

/** The process id in a file; undefined where there is none. */
export function readPid(file: string): number | undefined {
  try {
    const match = /^([1-9][0-9]{0,9})\s*$/.exec(readFileSync(file, 'utf8'));
    return match === null ? undefined : Number(match[1]);
  } catch {
    return undefined;
  }
}

/** Whether a process exists, be it one of somebody else. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM';
  }
}
