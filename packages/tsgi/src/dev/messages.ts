/** An error as it goes from one process to another. */
export interface SentError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

/** What the command tells its worker. */
export type ToDevWorker =
  | {
      readonly dev: 'start';
      readonly argv: readonly string[];
      readonly cwd: string;
      /** The ports to listen on where the settings leave the choice, by the number of the address. */
      readonly ports: ReadonlyArray<number | undefined>;
      /** The files that have changed. */
      readonly changed: readonly string[];
      /** What ended the worker before: it is shown in place of the application. */
      readonly crash: SentError | undefined;
    }
  | { readonly dev: 'stop' }
  /** No connection is on its way to the worker any more: it may end. */
  | { readonly dev: 'leave' };

/** What a worker tells the command. */
export type FromDevWorker =
  /** It listens for messages: what is sent before may be lost. */
  | { readonly dev: 'online' }
  | {
      readonly dev: 'ready';
      readonly urls: readonly string[];
      readonly ports: ReadonlyArray<number | undefined>;
      readonly profile: string;
      /** Why the application cannot be served, as text with frames; a page says the same. */
      readonly problem: string | undefined;
    }
  /** It takes no more connections. */
  | { readonly dev: 'closing' }
  /** It has answered all that it had, and listens no more. */
  | { readonly dev: 'closed' }
  /** What it sent before has left. */
  | { readonly dev: 'left' }
  /** It ends, since something was thrown that nobody caught. */
  | { readonly dev: 'crashed'; readonly error: SentError }
  /** It cannot serve anything. */
  | { readonly dev: 'failed'; readonly exitCode: number; readonly message: string };

/** A message of the command; undefined where it is somebody else's. */
export function readToDevWorker(message: unknown): ToDevWorker | undefined {
  return isOurs(message) ? (message as ToDevWorker) : undefined;
}

/** A message of a worker; undefined where it is somebody else's. */
export function readFromDevWorker(message: unknown): FromDevWorker | undefined {
  return isOurs(message) ? (message as FromDevWorker) : undefined;
}

function isOurs(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'dev' in message;
}

/** Takes an error apart; whatever was thrown. */
export function sendableError(error: unknown): SentError {
  if (error instanceof Error) {
    return { name: error.name, message: error.message, stack: error.stack ?? '' };
  }
  return { name: 'thrown', message: String(error), stack: '' };
}

/** Puts it together again. */
export function receivedError({ name, message, stack }: SentError): Error {
  return Object.assign(new Error(message), { name, stack });
}
