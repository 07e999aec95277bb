import { closeSync, fstatSync, openSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';

/** Where lines go. */
export type LineTarget =
  /** A file, which is appended to and can be opened again. */
  | { readonly path: string }
  /** An open descriptor, such as that of standard output. */
  | { readonly fd: number };

/** How long a line may wait in memory, in milliseconds. */
const LONGEST_WAIT = 100;
/** How much may wait before it is written at once, in octets. */
const MOST_WAITING = 16_384;
/** How much is kept for a pipe that nobody reads, in octets; more is lost, and counted. */
const MOST_KEPT = 1_048_576;
/** How often, and after how many milliseconds, a full pipe is tried again when the process ends. */
const EXIT_TRIES = 20;
const EXIT_PAUSE = 10;
/** What a pipe takes whole while other processes write to it too: PIPE_BUF on Linux. */
const PIPE_WRITE = 4096;

/**
 * Lines for one file or stream. They wait in memory for a moment and are then written whole; what
 * cannot be written is counted, and never ends the process.
 */
export class LineFile {
  readonly #name: string;
  readonly #target: LineTarget;
  readonly #complain: (text: string) => void;
  // A pipe that is full for the moment is given some more of them: nothing runs after this.
  readonly #flushAtExit = (): void => {
    for (let tries = 0; this.#lines.length > 0 && tries < EXIT_TRIES; tries += 1) {
      if (tries > 0) {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, EXIT_PAUSE);
      }
      this.flush();
    }
  };
  #fd: number;
  #isFile = false;
  #isTerminal = false;
  #lines: string[] = [];
  #octets = 0;
  #timer: NodeJS.Timeout | undefined;
  #lost = 0;
  #lostSinceTrouble: number | undefined;
  #torn = false;

  /**
   * Opens the file. Throws what the system says, such as ENOENT.
   * @param complain told once that lines are lost, and once that they no longer are
   */
  constructor(name: string, target: LineTarget, complain: (text: string) => void) {
    this.#name = name;
    this.#target = target;
    this.#complain = complain;
    this.#fd = openTarget(target);
    this.#lookAtTarget();
    process.on('exit', this.#flushAtExit);
  }

  #lookAtTarget(): void {
    try {
      this.#isFile = fstatSync(this.#fd).isFile();
      this.#isTerminal = isatty(this.#fd);
    } catch {
      // a descriptor that is closed shows when it is written to
    }
  }

  /** Lines that could not be written. */
  get lost(): number {
    return this.#lost;
  }

  /** Takes a line without its end. */
  write(line: string): void {
    this.#lines.push(line);
    this.#octets += line.length + 1;
    if (this.#octets >= MOST_WAITING || this.#isTerminal) {
      this.flush();
    } else {
      this.#timer ??= setTimeout(() => this.flush(), LONGEST_WAIT).unref();
    }
  }

  /** Writes what waits. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#lines.length > 0) {
      const count = this.#countForOneWrite();
      const text = this.#lines.slice(0, count).map(ended).join('');
      try {
        this.#writeWhole(Buffer.from(text));
      } catch (error) {
        this.#trouble(error as NodeJS.ErrnoException);
        return;
      }
      this.#drop(count);
      this.#recovered();
    }
  }

  // Several processes write to one file: a file that is appended to takes any write as one piece, a
  // pipe only short ones.
  #countForOneWrite(): number {
    if (this.#isFile) {
      return this.#lines.length;
    }
    let octets = 0;
    const over = this.#lines.findIndex(
      (line) => (octets += Buffer.byteLength(line) + 1) > PIPE_WRITE,
    );
    return over === -1 ? this.#lines.length : Math.max(1, over);
  }

  #writeWhole(octets: Buffer): void {
    const start = this.#torn ? Buffer.from('\n') : Buffer.alloc(0);
    const all = Buffer.concat([start, octets]);
    for (let written = 0; written < all.length; ) {
      written += writeSync(this.#fd, all, written);
      this.#torn = written < all.length;
    }
  }

  #drop(count: number): void {
    this.#lines = this.#lines.slice(count);
    this.#octets = this.#lines.reduce((sum, line) => sum + line.length + 1, 0);
  }

  // EAGAIN: a pipe that is full for now
  #trouble({ code = 'unknown error' }: NodeJS.ErrnoException): void {
    if (code === 'EAGAIN' && this.#octets < MOST_KEPT) {
      this.#timer ??= setTimeout(() => this.flush(), LONGEST_WAIT).unref();
      return;
    }
    const lost = this.#lines.length;
    this.#drop(lost);
    this.#lost += lost;
    if (this.#lostSinceTrouble === undefined) {
      this.#lostSinceTrouble = 0;
      this.#complain(`${this.#name} cannot be written (${code}); lines are lost until it can`);
    }
    this.#lostSinceTrouble += lost;
  }

  #recovered(): void {
    if (this.#lostSinceTrouble !== undefined) {
      const lost = this.#lostSinceTrouble;
      this.#lostSinceTrouble = undefined;
      this.#complain(`${this.#name} is written again; ${lost} lines were lost`);
    }
  }

  /** Opens the file again, by its name: whoever rotates logs has renamed it. */
  reopen(): void {
    if (!('path' in this.#target)) {
      this.flush();
      return;
    }
    this.flush();
    try {
      const fd = openTarget(this.#target);
      closeSync(this.#fd);
      this.#fd = fd;
      this.#torn = false;
      this.#lookAtTarget();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      this.#complain(`${this.#name} cannot be opened again (${code}); the old file is kept`);
    }
  }

  /** Writes what waits, and closes what it opened. */
  close(): void {
    this.flush();
    clearTimeout(this.#timer);
    process.removeListener('exit', this.#flushAtExit);
    if ('path' in this.#target) {
      closeSync(this.#fd);
    }
  }
}

function openTarget(target: LineTarget): number {
  return 'path' in target ? openSync(target.path, 'a', 0o640) : target.fd;
}

function ended(line: string): string {
  return `${line}\n`;
}
