import type { AsyncBody, Body, Environ, HeaderList, StartResponse } from '@tsgi/types';
import { preferredType } from './accept.ts';
import { statusCode } from './edit-start.ts';
import { type EitherMiddleware, either } from './either.ts';
import { escapeHtml } from './escape-html.ts';
import { HttpError } from './http-error.ts';
import { isThenable, type Result } from './result.ts';
import { wrapBody } from './wrap-body.ts';

/** How `errors` works. */
export interface ErrorsOptions {
  /** The answer to an error that is no HttpError; `undefined` for 500. */
  readonly convert?: ((error: unknown, environ: Environ) => HttpError | undefined) | undefined;
  /** What an answer says, in the site's own look; `undefined` for the built-in. Default: never. */
  readonly render?: ((error: HttpError, environ: Environ) => ErrorContent | undefined) | undefined;
}

/** The content of an answer. */
export interface ErrorContent {
  /** Its media type, with charset. */
  readonly type: string;
  /** Sent as UTF-8. */
  readonly text: string;
}

const encoder = new TextEncoder();

/**
 * Answers for an application that throws: with the status of an HttpError, else with 500; as
 * problem+json (RFC 9457), HTML or text, whichever the client prefers, and without a word of what
 * was thrown. A request body that is too large is answered with 413, one that did not arrive whole
 * with 400. What becomes 5xx is written to `tsgi.errors` with its stack and its causes. Where the
 * response has begun to be sent, the error goes on to the server, which cuts the response off.
 */
export function errors({ convert, render }: ErrorsOptions = {}): EitherMiddleware {
  return either((application) => (environ, startResponse) => {
    const answer = (error: unknown): Uint8Array =>
      answerError({ environ, startResponse, error, convert, render });
    const watch = (body: Body | AsyncBody): Body | AsyncBody =>
      Array.isArray(body) ? body : wrapBody(body, { chunk: (chunk) => chunk, fail: answer });
    let result: Result;
    try {
      result = application(environ, startResponse);
    } catch (error) {
      return [answer(error)];
    }
    return isThenable(result)
      ? result.then(watch, (error: unknown) => [answer(error)])
      : watch(result);
  });
}

interface Failure extends ErrorsOptions {
  readonly environ: Environ;
  readonly startResponse: StartResponse;
  readonly error: unknown;
}

function answerError({ environ, startResponse, error, convert, render }: Failure): Uint8Array {
  const known = error instanceof HttpError ? error : (convert?.(error, environ) ?? ofInput(error));
  const told = known ?? new HttpError('500 Internal Server Error', { cause: error });
  if (!(statusCode(told.status) < 500)) {
    environ['tsgi.errors'].write(`${describe(error)}\n`);
  }
  const own = render?.(told, environ);
  const { type, text } = own ?? write(told, environ['HTTP_ACCEPT']);
  const content = encoder.encode(text);
  const headers: HeaderList = [
    ['Content-Type', type],
    ['Content-Length', String(content.byteLength)],
    ...(own === undefined ? [['Vary', 'Accept'] as const] : []),
    ...told.headers,
  ];
  // where the response is on its way already, this throws the very error
  startResponse(told.status, headers, error ?? new Error(`thrown: ${String(error)}`));
  return content;
}

// What the reading of a request body throws (INPUT-LIMIT, INPUT-ABORT) is no fault of the application.
function ofInput(error: unknown): HttpError | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ERR_TSGI_INPUT_TOO_LARGE') {
    return new HttpError('413 Content Too Large', { cause: error });
  }
  return code === 'ERR_TSGI_INPUT_ABORTED'
    ? new HttpError('400 Bad Request', { cause: error })
    : undefined;
}

/** How many errors that led to one another are written; a cause may lead back to itself. */
const CAUSES = 5;

function describe(error: unknown, more = CAUSES): string {
  if (!(error instanceof Error)) {
    return `thrown: ${String(error)}`;
  }
  const text = error.stack ?? String(error);
  return error.cause === undefined || more === 0
    ? text
    : `${text}\nCaused by: ${describe(error.cause, more - 1)}`;
}

const TYPES = ['text/plain', 'text/html', 'application/problem+json', 'application/json'] as const;

function write(error: HttpError, accept: string | undefined): ErrorContent {
  const type = preferredType(accept, TYPES);
  if (type === 'application/problem+json' || type === 'application/json') {
    const problem = {
      status: statusCode(error.status),
      title: error.status.slice(4),
      ...(error.detail === undefined ? {} : { detail: error.detail }),
    };
    return { type: 'application/problem+json', text: JSON.stringify(problem) };
  }
  if (type === 'text/html') {
    return { type: 'text/html; charset=utf-8', text: page(error) };
  }
  const text = error.detail === undefined ? error.status : `${error.status}\n${error.detail}`;
  return { type: 'text/plain; charset=utf-8', text: `${text}\n` };
}

function page({ status, detail }: HttpError): string {
  const title = escapeHtml(status);
  const text = detail === undefined ? '' : `<p>${escapeHtml(detail)}</p>`;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1>${text}</html>\n`;
}
