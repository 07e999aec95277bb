import type { Environ } from '@tsgi/types';
import { isSameStrongly, isSameWeakly, isTag, parseTags } from './entity-tag.ts';
import { parseHttpDate } from './http-date.ts';

/** What a representation is known by. */
export interface Validators {
  /** Its entity tag, quotes included. */
  readonly etag: string | undefined;
  /** When it was last changed, in seconds since the epoch. */
  readonly lastModified: number | undefined;
}

/** What the conditions of a request come to: send it, 304, or 412. */
export type Verdict = 'proceed' | 'not-modified' | 'failed';

/**
 * Evaluates If-Match, If-Unmodified-Since, If-None-Match and If-Modified-Since in the order of
 * RFC 9110, 13.2.2, for a representation that exists. A malformed condition is passed over, but for
 * If-Match, which then fails.
 */
export function evaluate(environ: Environ, validators: Validators): Verdict {
  if (hasFailed(environ, validators)) {
    return 'failed';
  }
  const isRead = environ.REQUEST_METHOD === 'GET' || environ.REQUEST_METHOD === 'HEAD';
  const noneMatch = environ['HTTP_IF_NONE_MATCH'];
  if (noneMatch !== undefined) {
    if (!matches(noneMatch, validators.etag, isSameWeakly)) {
      return 'proceed';
    }
    return isRead ? 'not-modified' : 'failed';
  }
  const since = parseHttpDate(environ['HTTP_IF_MODIFIED_SINCE'] ?? '');
  const { lastModified } = validators;
  const isUnchanged = since !== undefined && lastModified !== undefined && lastModified <= since;
  return isRead && isUnchanged ? 'not-modified' : 'proceed';
}

function hasFailed(environ: Environ, { etag, lastModified }: Validators): boolean {
  const match = environ['HTTP_IF_MATCH'];
  if (match !== undefined) {
    return !matches(match, etag, isSameStrongly);
  }
  const since = parseHttpDate(environ['HTTP_IF_UNMODIFIED_SINCE'] ?? '');
  return since !== undefined && lastModified !== undefined && lastModified > since;
}

function matches(
  field: string,
  etag: string | undefined,
  isSame: (one: string, other: string) => boolean,
): boolean {
  const tags = parseTags(field);
  if (tags === '*') {
    return true;
  }
  return etag !== undefined && tags !== undefined && tags.some((tag) => isSame(tag, etag));
}

/**
 * Whether Range is to be looked at: If-Range is absent, or names what there is with a strong tag or
 * the very same date (RFC 9110, 13.1.5).
 */
export function allowsRange(environ: Environ, { etag, lastModified }: Validators): boolean {
  const field = environ['HTTP_IF_RANGE']?.trim();
  if (field === undefined) {
    return true;
  }
  if (isTag(field)) {
    return etag !== undefined && isSameStrongly(field, etag);
  }
  const date = parseHttpDate(field);
  return date !== undefined && date === lastModified;
}
