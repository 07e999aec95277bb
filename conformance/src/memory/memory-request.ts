import type { Header } from '@tsgi/types';

/** Statuses that an answer may have, both ends included. */
export interface StatusRange {
  /** The lowest status that will do. */
  readonly from: number;
  /** The highest status that will do. */
  readonly to: number;
}

/** A request that never was on a wire. */
export interface MemoryRequest {
  /** REQUEST_METHOD; its case is kept. */
  readonly method: string;
  /** A canonical path and, after a question mark, a query. */
  readonly target: string;
  /** Without Host and Content-Length, which the kit adds. */
  readonly headers?: readonly Header[] | undefined;
  /** The content, one octet in each code unit; absent for a request without a body. */
  readonly body?: string | undefined;
  /** `http` or `https`; where absent, what the personality has. */
  readonly scheme?: 'http' | 'https' | undefined;
  /** Where it is given, the answer has such a status. */
  readonly expect?: StatusRange | undefined;
}

const FORM = 'application/x-www-form-urlencoded';

/** What an application is asked where its author names no requests. */
export const DEFAULT_REQUESTS: readonly MemoryRequest[] = [
  { method: 'GET', target: '/' },
  { method: 'HEAD', target: '/' },
  {
    method: 'POST',
    target: '/',
    headers: [['Content-Type', FORM]],
    body: 'name=tsgi&text=one+two+three&number=4711',
  },
  { method: 'POST', target: '/', headers: [['Content-Type', FORM]], body: '' },
  {
    method: 'POST',
    target: '/',
    headers: [['Content-Type', 'application/json']],
    body: '{"name":"tsgi","text":"one two three"}',
  },
  {
    method: 'POST',
    target: '/',
    headers: [['Content-Type', FORM]],
    body: `name=tsgi&text=${'one+two+three+four+'.repeat(1000)}`,
  },
  { method: 'GET', target: '/404-tsgi-conformance' },
];

/** Method and target, as titles and messages name a request. */
export function nameRequest({ method, target }: MemoryRequest): string {
  return `${method} ${target}`;
}

/** The request as it would stand on the wire, one octet in each code unit. */
export function writeRequest({ method, target, headers = [], body }: MemoryRequest): string {
  const length: readonly Header[] =
    body === undefined ? [] : [['Content-Length', String(body.length)]];
  const fields = [...headers, ...length].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `${method} ${target} HTTP/1.1\r\n${fields}\r\n${body ?? ''}`;
}
