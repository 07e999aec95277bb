import type { HeaderList, StatusLine } from '@tsgi/types';

/** A refusal with a status of its own; thrown anywhere, answered by the `errorPages` middleware. */
export class HttpProblem extends Error {
  /** The status line of the answer. */
  readonly status: StatusLine;
  /** Header fields that the answer carries besides its content type. */
  readonly headers: HeaderList;

  /** The message is shown to the visitor. */
  constructor(status: StatusLine, message: string, headers: HeaderList = []) {
    super(message);
    this.name = 'HttpProblem';
    this.status = status;
    this.headers = headers;
  }
}
