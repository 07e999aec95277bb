/** The command line cannot be obeyed; the message is one line for standard error. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
}

/** Where a command writes, so that a test can read it. */
export interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}
