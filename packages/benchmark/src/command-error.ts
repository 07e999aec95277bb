/** Exit codes of the command. */
export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

/** What ends the command with one line on standard error. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message.replaceAll(/\s*\n\s*/g, ' '));
    this.exitCode = exitCode;
  }
}

/** Where the command writes. */
export interface Output {
  /** Results. */
  readonly out: (text: string) => void;
  /** Progress and faults. */
  readonly err: (text: string) => void;
}
