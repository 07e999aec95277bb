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
  /** Code and reason, such as `404 Not Found`; `errors` logs those from 500 on. */
  readonly status: StatusLine;
  /** What the answer has besides Content-Type, Content-Length and Vary; may be empty. */
  readonly headers: HeaderList;
  /** For the client. */
  readonly detail: string | undefined;

  /** The message, which is for the log, is made of status and detail. */
  constructor(status: StatusLine, { detail, headers = [], cause }: HttpErrorOptions = {}) {
    super(
      detail === undefined ? status : `${status}: ${detail}`,
      cause === undefined ? {} : { cause },
    );
    this.status = status;
    this.headers = headers;
    this.detail = detail;
  }

  /** `HttpError`; on the prototype, where the head of the stack is read from. */
  override get name(): string {
    return 'HttpError';
  }
}
