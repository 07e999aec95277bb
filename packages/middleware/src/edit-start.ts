import type { HeaderList, StartResponse, StatusLine } from '@tsgi/types';

/** What a response begins with. */
export interface Start {
  readonly status: StatusLine;
  readonly headers: HeaderList;
}

/**
 * A startResponse that edits what it is called with before it passes it on, at once and with the
 * error argument where there is one (MW-ERROR). What is no header list is passed on as it is, for
 * the server to refuse it by its rule.
 */
export function editStart(
  startResponse: StartResponse,
  edit: (start: Start) => Start,
): StartResponse {
  return (status, headers, ...error) => {
    const start = isHeaderList(headers) ? edit({ status, headers }) : { status, headers };
    startResponse(start.status, start.headers, ...error);
  };
}

/** Whether a value is an array of pairs of strings; nothing is said of what they hold. */
export function isHeaderList(value: unknown): value is HeaderList {
  return Array.isArray(value) && value.every(isPair);
}

function isPair(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length === 2 &&
    typeof value[0] === 'string' &&
    typeof value[1] === 'string'
  );
}

/** The number in a status line; `NaN` where it does not begin with three digits. */
export function statusCode(status: StatusLine): number {
  return /^[1-9][0-9]{2} /.test(status) ? Number(status.slice(0, 3)) : Number.NaN;
}
