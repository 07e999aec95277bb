import { escapeJson } from '@tsgi/middleware/access-log';
import type { ErrorStream } from '@tsgi/types';
import type { LineFile } from './line-file.ts';

/** The levels of messages, the most important first. */
export const LEVELS = ['error', 'warn', 'info', 'debug'] as const;

export type Level = (typeof LEVELS)[number];

/** How an error log is written. */
export interface ErrorLogOptions {
  /** The least important messages that are written. */
  readonly level: Level;
  /** `json`: one object a line; `line`: one line a message; `people`: as it comes, for a terminal. */
  readonly format: 'json' | 'line' | 'people';
}

/** The longest message, in code units; what is longer is cut. */
const LONGEST_MESSAGE = 32_768;

/** Messages of the server, and what the application writes to `tsgi.errors`. */
export class ErrorLog {
  readonly #file: LineFile;
  readonly #options: ErrorLogOptions;

  constructor(file: LineFile, options: ErrorLogOptions) {
    this.#file = file;
    this.#options = options;
  }

  error(text: string): void {
    this.log('error', text);
  }

  warn(text: string): void {
    this.log('warn', text);
  }

  info(text: string): void {
    this.log('info', text);
  }

  debug(text: string): void {
    this.log('debug', text);
  }

  /** Writes one message; what matters is written at once. */
  log(level: Level, text: string): void {
    if (LEVELS.indexOf(level) > LEVELS.indexOf(this.#options.level)) {
      return;
    }
    this.#file.write(FORMATS[this.#options.format](level, shorten(text)));
    if (level === 'error' || level === 'warn') {
      this.#file.flush();
    }
  }

  /** `tsgi.errors`: each call is one message. */
  get stream(): ErrorStream {
    return {
      write: (text) => {
        // TSGI 1.0, "Errors": it takes any string and never throws
        const given: unknown = text;
        this.log('error', typeof given === 'string' ? given : String(given));
      },
      flush: () => this.#file.flush(),
    };
  }
}

function shorten(text: string): string {
  const trimmed = text.replace(/\n+$/, '');
  return trimmed.length > LONGEST_MESSAGE ? `${trimmed.slice(0, LONGEST_MESSAGE)}…` : trimmed;
}

const FORMATS: Readonly<Record<ErrorLogOptions['format'], (level: Level, text: string) => string>> =
  {
    json: (level, text) =>
      escapeJson({
        time: new Date().toISOString(),
        severity_text: level.toUpperCase(),
        'process.pid': process.pid,
        body: text,
      }),
    line: (level, text) =>
      `${new Date().toISOString()} ${level.toUpperCase()} ${process.pid} ${escapeControls(text)}`,
    people: (_level, text) => text.split('\n').map(escapeControls).join('\n'),
  };

// C0, C1, and what breaks lines or turns the direction of writing around
const CONTROLS = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu;

/** A text in which no character can begin a line or steer a terminal. */
export function escapeControls(text: string): string {
  return text.replace(CONTROLS, (unit) => {
    const code = unit.charCodeAt(0);
    if (unit === '\n') {
      return '\\n';
    }
    return code > 0xff
      ? `\\u${code.toString(16).padStart(4, '0')}`
      : `\\x${code.toString(16).padStart(2, '0')}`;
  });
}
