/** The exit codes of the command. */
export const EXIT = {
  ok: 0,
  failure: 1,
  usage: 2,
  /** A worker failed to boot. */
  worker: 3,
  /** The application cannot be loaded. */
  application: 4,
  listen: 5,
  /** `tsgi fetch` got a response whose status is no 2xx. */
  fetch: 22,
  /** The configuration file is broken. */
  config: 78,
} as const;

/** Ends the command with one line on standard error and an exit code. */
export class CommandError extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
