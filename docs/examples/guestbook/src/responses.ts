import type { Body, HeaderList, StartResponse, StatusLine } from '@tsgi/types';
import { type Markup, renderHtml } from './html.ts';

const encoder = new TextEncoder();

/** What a response may say beyond its content. */
export interface ResponseOptions {
  /** `200 OK` where absent. */
  readonly status?: StatusLine;
  /** Sent after the content type. */
  readonly headers?: HeaderList;
}

/** A whole response in one array, so that the server can state its length. */
export function sendText(
  startResponse: StartResponse,
  content: { readonly type: string; readonly text: string },
  options: ResponseOptions = {},
): Body {
  const headers = [['content-type', content.type], ...(options.headers ?? [])] as const;
  startResponse(options.status ?? '200 OK', headers);
  return content.text === '' ? [] : [encoder.encode(content.text)];
}

/** An HTML page, which the browser asks for again whenever it shows it. */
export function sendPage(
  startResponse: StartResponse,
  page: Markup,
  options: ResponseOptions = {},
): Body {
  return sendText(
    startResponse,
    { type: 'text/html; charset=utf-8', text: renderHtml(page) },
    { ...options, headers: [['cache-control', 'no-cache'], ...(options.headers ?? [])] },
  );
}

/** A JSON document. */
export function sendJson(startResponse: StartResponse, value: unknown): Body {
  return sendText(
    startResponse,
    { type: 'application/json', text: `${JSON.stringify(value, null, 2)}\n` },
    { headers: [['cache-control', 'no-cache']] },
  );
}

/** Sends the browser elsewhere: 303 after a form, 308 for an address that has another name. */
export function sendRedirect(
  startResponse: StartResponse,
  status: '303 See Other' | '308 Permanent Redirect',
  location: string,
): Body {
  return sendText(
    startResponse,
    { type: 'text/plain; charset=utf-8', text: `See ${location}\n` },
    { status, headers: [['location', location]] },
  );
}
