/** The exit codes of the command. */
export const EXIT = {
  ok: 0,
  failure: 1,
  usage: 2,
  application: 4,
  listen: 5,
} as const;

/** Ends the command with one line on standard error and an exit code. */
export class CommandError extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
