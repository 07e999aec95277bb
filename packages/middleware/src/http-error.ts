import type { HeaderList, StatusLine } from '@tsgi/types';

/** What an answer of an error needs beside its status. */
export interface HttpErrorOptions {
  /** What to tell the client. Default: nothing beyond the status. */
  readonly detail?: string;
  /** Fields of the answer, such as Retry-After or Allow. */
  readonly headers?: HeaderList;
  /** What led to it; goes to the log and never to the client. */
  readonly cause?: unknown;
}

/** An error that says how it is answered; `errors` makes the response of it. */
export class HttpError extends Error {
  readonly status: StatusLine;
  readonly headers: HeaderList;
  /** For the client. */
  readonly detail: string | undefined;

  constructor(status: StatusLine, { detail, headers = [], cause }: HttpErrorOptions = {}) {
    super(
      detail === undefined ? status : `${status}: ${detail}`,
      cause === undefined ? {} : { cause },
    );
    this.status = status;
    this.headers = headers;
    this.detail = detail;
  }

  override get name(): string {
    return 'HttpError';
  }
}
