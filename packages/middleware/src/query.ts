import type { Environ } from '@tsgi/types';
import { HttpError } from './http-error.ts';
import { checkCount } from './option-error.ts';

/** How a query is read. */
export interface QueryOptions {
  /** The largest number of parameters. Default 1000. */
  readonly limit?: number;
}

/**
 * The parameters of the query, decoded as a form (WHATWG URL, application/x-www-form-urlencoded):
 * `+` is a space, what is no UTF-8 becomes U+FFFD. Throws an HttpError of status 400 for more
 * parameters than the limit.
 */
export function query(environ: Environ, { limit = 1000 }: QueryOptions = {}): URLSearchParams {
  checkCount('query', 'limit', limit);
  return parseForm(environ.QUERY_STRING, limit);
}

/** Parameters of a form-encoded text. Throws an HttpError of status 400. */
export function parseForm(text: string, limit: number): URLSearchParams {
  let count = 1;
  for (let at = text.indexOf('&'); at !== -1; at = text.indexOf('&', at + 1)) {
    count += 1;
  }
  if (count > limit) {
    throw new HttpError('400 Bad Request', { detail: `At most ${limit} parameters are taken.` });
  }
  // a leading "?" would be dropped as if it were the mark of the query
  return new URLSearchParams(text.startsWith('?') ? `&${text}` : text);
}
