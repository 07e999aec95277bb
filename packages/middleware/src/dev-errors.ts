import type { AsyncBody, Body, Environ, StartResponse } from '@tsgi/types';
import { buildErrorPage } from './dev-errors/error-page.ts';
import { type EitherMiddleware, either } from './either.ts';
import { isLocalClient } from './local-client.ts';
import { isThenable, type Result } from './result.ts';
import { wrapBody } from './wrap-body.ts';

export { describeError, type ErrorReport, type Frame } from './dev-errors/describe-error.ts';
export {
  buildErrorPage,
  buildText,
  type ErrorPage,
  type ErrorPageContext,
} from './dev-errors/error-page.ts';

/** What `devErrors` takes. */
export interface DevErrorsOptions {
  /**
   * Whether clients on other machines have the page too: it shows sources and the request. Default
   * false; they have the server's own 500.
   */
  readonly remote?: boolean | undefined;
}

const encoder = new TextEncoder();

/**
 * For development only: what the application throws becomes a page with stack and source, in HTML,
 * JSON or text, with status 500, and is written to `tsgi.errors`. Where the response has begun, the
 * error goes on to the server, which cuts it off. Throws a TypeError for a wrong option.
 */
export function devErrors(options: DevErrorsOptions = {}): EitherMiddleware {
  const { remote = false } = options;
  if (typeof remote !== 'boolean') {
    throw new TypeError(`devErrors: remote is true or false; got ${String(remote)}`);
  }
  return either((application) => (environ, startResponse) => {
    if (!remote && !isLocalClient(environ)) {
      return application(environ, startResponse);
    }
    const rescue = makeRescue(environ, startResponse);
    let result: Result;
    try {
      result = application(environ, startResponse);
    } catch (error) {
      return [rescue(error)];
    }
    return isThenable(result)
      ? result.then(
          (body) => guard(body, rescue),
          (error: unknown) => [rescue(error)],
        )
      : guard(result, rescue);
  });
}

// An Array has all its chunks already: nothing in it can throw.
function guard(body: Body | AsyncBody, rescue: Rescue): Body | AsyncBody {
  return Array.isArray(body) ? body : wrapBody(body, { chunk: (chunk) => chunk, fail: rescue });
}

/** Makes a page of what was thrown; throws the error itself where the response has begun. */
type Rescue = (error: unknown) => Uint8Array;

function makeRescue(environ: Environ, startResponse: StartResponse): Rescue {
  return (error) => {
    const { type, content } = buildErrorPage(error, environ['HTTP_ACCEPT'] ?? '', {
      title: `${environ.REQUEST_METHOD} ${environ.REQUEST_URI} failed`,
      facts: factsOf(environ),
    });
    const octets = encoder.encode(content);
    // throws the error back where the response has begun
    startResponse(
      '500 Internal Server Error',
      [
        ['Content-Type', type],
        ['Content-Length', String(octets.byteLength)],
        ['Cache-Control', 'no-store'],
        ['Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'"],
        ['X-Content-Type-Options', 'nosniff'],
      ],
      error ?? new Error('the application threw undefined'),
    );
    environ['tsgi.errors'].write(`${stackOf(error)}\n`);
    return octets;
  };
}

const SECRETS = /^(?:HTTP_AUTHORIZATION|HTTP_PROXY_AUTHORIZATION|HTTP_COOKIE)$/;

function factsOf(environ: Environ): ReadonlyArray<readonly [name: string, value: string]> {
  return Object.entries(environ)
    .filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    .map(([name, value]) => [name, SECRETS.test(name) ? '(not shown)' : value] as const)
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
}

function stackOf(error: unknown): string {
  try {
    const stack: unknown = Object(error).stack;
    return typeof stack === 'string' ? stack : String(error);
  } catch {
    return 'the application threw a value that cannot be shown';
  }
}
