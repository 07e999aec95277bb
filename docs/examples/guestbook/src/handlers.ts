import { HttpError } from '@tsgi/middleware/http-error';
import { exportCsv } from './csv.ts';
import { checkDraft } from './draft.ts';
import { readForm, readQuery } from './form.ts';
import { PAGE_SIZE, readListing, readPageSize } from './listing.ts';
import { entryPage } from './pages/entry.ts';
import { listPage } from './pages/list.ts';
import { signPage } from './pages/sign.ts';
import { sendJson, sendPage, sendRedirect } from './responses.ts';
import type { Handler, Route } from './router.ts';
import type { Entry, GuestbookStore } from './store.ts';

/** The addresses of the guestbook and what answers them. */
export function createRoutes(store: GuestbookStore): readonly Route[] {
  return [
    { path: /^\/$/, methods: { GET: showList(store) } },
    { path: /^\/sign$/, methods: { GET: showForm, POST: sign(store) } },
    { path: /^\/entries$/, methods: { GET: redirectToList } },
    { path: /^\/entries\/([1-9]\d{0,14})$/, methods: { GET: showEntry(store) } },
    { path: /^\/entries\/([1-9]\d{0,14})\.json$/, methods: { GET: sendEntry(store) } },
    { path: /^\/entries\.json$/, methods: { GET: sendList(store) } },
    { path: /^\/entries\.csv$/, methods: { GET: sendExport(store) } },
  ];
}

function showList(store: GuestbookStore): Handler {
  return (environ, startResponse) => {
    const list = readListing(store, readQuery(environ), PAGE_SIZE);
    return sendPage(startResponse, listPage(environ.SCRIPT_NAME, list));
  };
}

const showForm: Handler = (environ, startResponse) =>
  sendPage(startResponse, signPage(environ.SCRIPT_NAME));

const redirectToList: Handler = (environ, startResponse) =>
  sendRedirect(startResponse, '308 Permanent Redirect', `${environ.SCRIPT_NAME}/`);

function sign(store: GuestbookStore): Handler {
  return (environ, startResponse) => {
    const base = environ.SCRIPT_NAME;
    const checked = checkDraft(readForm(environ));
    if (!checked.ok) {
      const status = '422 Unprocessable Content';
      return sendPage(startResponse, signPage(base, checked), { status });
    }
    const entry = store.add({ ...checked.draft, signedAt: new Date().toISOString() });
    // Post/Redirect/Get: a reload shows the entry again and does not sign twice.
    return sendRedirect(startResponse, '303 See Other', `${base}/entries/${entry.id}?thanks`);
  };
}

function showEntry(store: GuestbookStore): Handler {
  return (environ, startResponse, [id]) => {
    const entry = findEntry(store, id);
    const page = entryPage(environ.SCRIPT_NAME, entry, {
      thanks: environ.QUERY_STRING === 'thanks',
      newer: store.find(entry.id + 1),
      older: store.find(entry.id - 1),
    });
    return sendPage(startResponse, page);
  };
}

function sendEntry(store: GuestbookStore): Handler {
  return (environ, startResponse, [id]) =>
    sendJson(startResponse, toJson(environ.SCRIPT_NAME, findEntry(store, id)));
}

function sendList(store: GuestbookStore): Handler {
  return (environ, startResponse) => {
    const base = environ.SCRIPT_NAME;
    const query = readQuery(environ);
    const { entries, ...rest } = readListing(store, query, readPageSize(query));
    const list = { entries: entries.map((entry) => toJson(base, entry)), ...rest };
    return sendJson(startResponse, list);
  };
}

function sendExport(store: GuestbookStore): Handler {
  return (_environ, startResponse) => {
    startResponse('200 OK', [
      ['content-type', 'text/csv; charset=utf-8; header=present'],
      ['content-disposition', 'attachment; filename="guestbook.csv"'],
      ['cache-control', 'no-store'],
    ]);
    return exportCsv(store);
  };
}

function findEntry(store: GuestbookStore, id = ''): Entry {
  const entry = store.find(Number(id));
  if (entry === undefined) {
    throw new HttpError('404 Not Found', { detail: `There is no entry ${id}.` });
  }
  return entry;
}

function toJson(base: string, entry: Entry): Readonly<Record<string, unknown>> {
  const { id, name, message, signedAt } = entry;
  return { id, name, message, signed_at: signedAt, url: `${base}/entries/${id}` };
}
