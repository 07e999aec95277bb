import { HttpError } from '@tsgi/middleware/http-error';
import type { FormFields } from './form.ts';
import type { Entry, GuestbookStore } from './store.ts';

/** Entries on a page where the query does not say. */
export const PAGE_SIZE = 20;

const MAX_PAGE_SIZE = 200;
const MAX_SEARCH_LENGTH = 100;

/** One page of the list of entries, newest first. */
export interface Listing {
  readonly entries: readonly Entry[];
  /** What the visitor searched for, or `""`. */
  readonly search: string;
  /** Counts from 1. */
  readonly page: number;
  /** The number of pages, at least 1. */
  readonly pages: number;
  /** The number of entries on all pages. */
  readonly total: number;
}

/** The page that `q` and `page` ask for: 400 where they are malformed, 404 beyond the last page. */
export function readListing(store: GuestbookStore, query: FormFields, size: number): Listing {
  const search = (query.get('q') ?? '').trim();
  if (search.length > MAX_SEARCH_LENGTH || /\p{Cc}/u.test(search)) {
    throw badRequest(`A search has at most ${MAX_SEARCH_LENGTH} characters on one line.`);
  }
  const page = readCount(query, 'page') ?? 1;
  const total = store.count(search);
  const pages = Math.max(1, Math.ceil(total / size));
  if (page > pages) {
    const detail = `There is no page ${page}; the last one is ${pages}.`;
    throw new HttpError('404 Not Found', { detail });
  }
  const entries = store.list({ search, limit: size, offset: (page - 1) * size });
  return { entries, search, page, pages, total };
}

/** The size of a page that `per_page` asks for; 400 where it is malformed or too large. */
export function readPageSize(query: FormFields): number {
  const size = readCount(query, 'per_page') ?? PAGE_SIZE;
  if (size > MAX_PAGE_SIZE) {
    throw badRequest(`“per_page” is at most ${MAX_PAGE_SIZE}, not ${size}.`);
  }
  return size;
}

function readCount(query: FormFields, name: string): number | undefined {
  const text = query.get(name);
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(text)) {
    throw badRequest(`“${name}” is a whole number from 1 on, not “${text}”.`);
  }
  return Number(text);
}

function badRequest(detail: string): HttpError {
  return new HttpError('400 Bad Request', { detail });
}
