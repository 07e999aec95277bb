import type { Environ } from '@tsgi/types';

/** What a request may carry beside method and target. */
export interface RequestOptions {
  /** Fields in wire order; a record, or pairs where a name is to be repeated. */
  readonly headers?:
    | Readonly<Record<string, string>>
    | ReadonlyArray<readonly [name: string, value: string]>
    | undefined;
  /** The body; text is sent as UTF-8. */
  readonly body?: Uint8Array | string | undefined;
  /** A body of `application/x-www-form-urlencoded`. */
  readonly form?: Readonly<Record<string, string>> | undefined;
  /** A body of `application/json`. */
  readonly json?: unknown;
  /** Added to the query of the target. */
  readonly query?: Readonly<Record<string, string>> | undefined;
  /** Entries put over those of the environ that the request makes. */
  readonly environ?: Readonly<Partial<Environ>> | undefined;
  /** The client leaves when it has received this many octets of content; 0 before the first. */
  readonly leaveAfter?: number | undefined;
}

/** Headers and body of a request. */
export interface RequestContent {
  /** name, value, name, value, … */
  readonly headers: readonly string[];
  readonly body: Uint8Array;
}

/** Builds headers and body. Throws a TypeError where more than one kind of body is given. */
export function buildContent(options: RequestOptions, host: string): RequestContent {
  const given = [options.body, options.form, options.json].filter((body) => body !== undefined);
  if (given.length > 1) {
    throw new TypeError('a request has one of body, form and json');
  }
  const headers = flatten(options.headers);
  const names = new Set(
    headers.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase()),
  );
  const add = (name: string, value: string): void => {
    if (!names.has(name.toLowerCase())) {
      headers.push(name, value);
    }
  };
  add('Host', host);
  const { body, type } = encodeBody(options);
  if (type !== undefined) {
    add('Content-Type', type);
  }
  if (given.length > 0 && !names.has('transfer-encoding')) {
    add('Content-Length', String(body.byteLength));
  }
  return { headers, body };
}

function flatten(headers: RequestOptions['headers']): string[] {
  const pairs = Array.isArray(headers) ? headers : Object.entries(headers ?? {});
  return pairs.flat();
}

function encodeBody(options: RequestOptions): { body: Uint8Array; type: string | undefined } {
  if (options.form !== undefined) {
    const text = new URLSearchParams({ ...options.form }).toString();
    return { body: encode(text), type: 'application/x-www-form-urlencoded' };
  }
  if (options.json !== undefined) {
    return { body: encode(JSON.stringify(options.json)), type: 'application/json' };
  }
  const { body } = options;
  return {
    body: typeof body === 'string' ? encode(body) : (body ?? new Uint8Array(0)),
    type: undefined,
  };
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A target with more of a query. */
export function addQuery(target: string, query: RequestOptions['query']): string {
  const more = new URLSearchParams({ ...query }).toString();
  if (more === '') {
    return target;
  }
  return `${target}${target.includes('?') ? '&' : '?'}${more}`;
}
