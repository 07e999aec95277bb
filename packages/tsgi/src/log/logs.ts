import { writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { accessFormatter } from '@tsgi/middleware/access-log';
import { CommandError, EXIT } from '../cli/command-error.ts';
import type { Settings } from '../settings/table.ts';
import { AccessLog } from './access-log.ts';
import { ErrorLog } from './error-log.ts';
import { LineFile, type LineTarget } from './line-file.ts';

/** The settings that say what is logged where. */
export type LogSettings = Pick<
  Settings,
  | 'accessLog'
  | 'accessLogFormat'
  | 'accessLogSkip'
  | 'errorLog'
  | 'logLevel'
  | 'color'
  | 'healthPath'
>;

/** The logs of a process. */
export interface Logs {
  /** Undefined where requests have no lines. */
  readonly access: AccessLog | undefined;
  readonly error: ErrorLog;
  /** Lines that could not be written, in both logs together. */
  readonly lost: number;
  /** Opens the files again by their names. */
  reopen(): void;
  /** Writes what waits, and closes the files. */
  close(): void;
}

const STDOUT = 1;
const STDERR = 2;

/** Opens the logs of the settings. Throws a CommandError with exit code 1 where a file cannot be. */
export function openLogs(settings: LogSettings): Logs {
  const { accessLog, errorLog, logLevel } = settings;
  keepStandardStreams();
  const errors = openFile('the error log', errorLog, STDERR);
  const requests = accessLog === 'off' ? undefined : openFile('the access log', accessLog, STDOUT);
  const files = [errors, ...(requests === undefined ? [] : [requests])];
  return {
    access: requests && openAccessLog(settings, requests),
    error: new ErrorLog(errors, { level: logLevel, format: errorFormat(settings) }),
    get lost() {
      return files.reduce((sum, file) => sum + file.lost, 0);
    },
    reopen: () => files.forEach((file) => file.reopen()),
    close: () => files.forEach((file) => file.close()),
  };
}

function openFile(name: string, path: string, standard: number): LineFile {
  const target: LineTarget = path === '-' ? { fd: standard } : { path };
  const label = path === '-' ? name : `${name} ${path}`;
  try {
    return new LineFile(label, target, complain);
  } catch (error) {
    const { message } = error as Error;
    throw new CommandError(EXIT.failure, `cannot open ${label}: ${message}`, { cause: error });
  }
}

// The last place to say something; where it is gone too, there is nobody to listen.
function complain(text: string): void {
  try {
    writeSync(STDERR, `tsgi: ${text}\n`);
  } catch (error) {
    ignore(error);
  }
}

function ignore(_error: unknown): void {}

// A reader of the output that goes away (EPIPE) must not end the server.
function keepStandardStreams(): void {
  for (const stream of [process.stdout, process.stderr]) {
    if (!stream.listeners('error').includes(ignore)) {
      stream.on('error', ignore);
    }
  }
}

function openAccessLog(settings: LogSettings, file: LineFile): AccessLog {
  const { accessLog, accessLogFormat, accessLogSkip, color, healthPath } = settings;
  const terminal = accessLog === '-' && isatty(STDOUT);
  const format = accessLogFormat ?? (terminal ? 'dev' : 'combined');
  const painted = color === 'always' || (color === 'auto' && terminal);
  const skip = healthPath === undefined ? accessLogSkip : [...accessLogSkip, healthPath];
  return new AccessLog(file, accessFormatter(format, painted), skip);
}

function errorFormat({ accessLogFormat, errorLog }: LogSettings): 'json' | 'line' | 'people' {
  if (accessLogFormat === 'json') {
    return 'json';
  }
  return accessLogFormat === 'dev' || (errorLog === '-' && isatty(STDERR)) ? 'people' : 'line';
}
