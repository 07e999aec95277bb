import type { ErrorContent } from '@tsgi/middleware/errors';
import type { HttpError } from '@tsgi/middleware/http-error';
import type { Environ } from '@tsgi/types';
import { renderHtml } from './html.ts';
import { problemPage } from './pages/problem.ts';

// What to say where whoever refused said nothing.
const MESSAGES: Readonly<Record<string, string>> = {
  400: 'The form did not arrive whole.',
  403: 'This form was sent from another site. Please sign on the page of the guestbook itself.',
  413: 'That is more than the guestbook takes: a form may have 64 KiB.',
  500: 'Something went wrong here. Your visit was fine; please try again later.',
};

/** A page that says what went wrong; problem details (RFC 9457) under an address of JSON. */
export function renderProblem(error: HttpError, environ: Environ): ErrorContent {
  const code = error.status.slice(0, 3);
  const title = error.status.slice(4);
  const message = error.detail ?? MESSAGES[code] ?? `${title}.`;
  if (environ.PATH_INFO.endsWith('.json')) {
    const problem = { status: Number(code), title, detail: message };
    return { type: 'application/problem+json', text: `${JSON.stringify(problem, null, 2)}\n` };
  }
  const page = problemPage(environ.SCRIPT_NAME, { title, message });
  return { type: 'text/html; charset=utf-8', text: renderHtml(page) };
}
