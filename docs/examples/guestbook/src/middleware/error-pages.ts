import type { Application, Body, Environ, StartResponse } from '@tsgi/types';
import { HttpProblem } from '../http-problem.ts';
import { problemPage } from '../pages/problem.ts';
import { sendJson, sendPage } from '../responses.ts';

type Answer = (error: unknown) => Body;

/**
 * Answers what is thrown by the application or its body. Once the response is committed,
 * startResponse throws the very error again, and the server cuts the connection.
 */
export function errorPages(inner: Application): Application {
  return (environ, startResponse) => {
    const answer: Answer = (error) => sendProblem(environ, startResponse, error);
    try {
      const body = inner(environ, startResponse);
      // An array is finished, and the server takes its length from it.
      return Array.isArray(body) ? body : guardBody(body, answer);
    } catch (error) {
      return answer(error);
    }
  };
}

function guardBody(body: Body, answer: Answer): Body {
  return {
    *[Symbol.iterator]() {
      try {
        yield* body;
      } catch (error) {
        yield* answer(error);
      }
    },
    close: () => body.close?.(),
  };
}

function sendProblem(environ: Environ, startResponse: StartResponse, error: unknown): Body {
  const problem = toProblem(error);
  if (problem !== error) {
    environ['tsgi.errors'].write(`${error instanceof Error ? error.stack : String(error)}\n`);
  }
  const { status, message, headers } = problem;
  if (environ.PATH_INFO.endsWith('.json')) {
    // RFC 9457, Problem Details for HTTP APIs.
    const details = { status: Number(status.slice(0, 3)), title: status.slice(4), detail: message };
    const type = 'application/problem+json';
    return sendJson(startResponse, details, { type, status, headers, error });
  }
  const page = problemPage(environ.SCRIPT_NAME, { title: status.slice(4), message });
  return sendPage(startResponse, page, { status, headers, error });
}

function toProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ERR_TSGI_INPUT_TOO_LARGE') {
    return new HttpProblem('413 Content Too Large', 'That is more than the server takes.');
  }
  if (code === 'ERR_TSGI_INPUT_ABORTED') {
    return new HttpProblem('400 Bad Request', 'The form did not arrive whole.');
  }
  return new HttpProblem(
    '500 Internal Server Error',
    'Something went wrong here. Your visit was fine; please try again later.',
  );
}
