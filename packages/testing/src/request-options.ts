import type { Environ } from '@tsgi/types';
import { buildMultipart, type TestFiles } from './multipart-body.ts';

/** Fields in wire order; a record, or pairs where a name is to be repeated. */
export type RequestFields =
  | Readonly<Record<string, string>>
  | ReadonlyArray<readonly [name: string, value: string]>;

/** Who asks: Basic credentials or a bearer token. */
export type Credentials =
  | {
      /** A colon would end it (RFC 7617, 2); sent as UTF-8. */
      readonly user: string;
      /** May hold colons; sent as UTF-8. */
      readonly password: string;
    }
  | {
      /** The token as it is (RFC 6750, 2.1). */
      readonly bearer: string;
    };

/** How the body of a request reaches the application. */
export interface InputPlan {
  /** Octets in each chunk of an iteration; in the asynchronous profile each one arrives later. */
  readonly split?: number | undefined;
  /** The client is gone when so many octets have been read. */
  readonly failAfter?: number | undefined;
}

/** The status that is expected: a code, or a class such as `2xx`. */
export type ExpectedStatus = number | '1xx' | '2xx' | '3xx' | '4xx' | '5xx';

/** What a request may carry beside method and target. */
export interface RequestOptions {
  /** Sent first, as given; where missing, Host and what body, `auth` and cookies need follow. */
  readonly headers?: RequestFields | undefined;
  /** The body; text is sent as UTF-8. */
  readonly body?: Uint8Array | string | undefined;
  /** A body of `application/x-www-form-urlencoded`, or the fields beside `files`. */
  readonly form?: Readonly<Record<string, string>> | undefined;
  /** A body of `multipart/form-data`. */
  readonly files?: TestFiles | undefined;
  /** A body of `application/json`. */
  readonly json?: unknown;
  /** Added to the query of the target. */
  readonly query?: Readonly<Record<string, string>> | undefined;
  /** Cookies for this request alone, beside those of the jar. */
  readonly cookies?: Readonly<Record<string, string>> | undefined;
  /** Sent as Authorization, unless `headers` has that field. Default: those of the client. */
  readonly auth?: Credentials | undefined;
  /** Entries put over those of the environ that the request makes. */
  readonly environ?: Readonly<Partial<Environ>> | undefined;
  /** The client leaves when it has received this many octets of content; 0 before the first. */
  readonly leaveAfter?: number | undefined;
  /** How the body arrives, in process only. Default: all of it is there from the start. */
  readonly input?: InputPlan | undefined;
  /** Whether redirects are followed, up to 20. Default false. */
  readonly follow?: boolean | undefined;
  /** Throws where the status is another one. */
  readonly expect?: ExpectedStatus | undefined;
}

/** Headers and body of a request. */
export interface RequestContent {
  /** name, value, name, value, … */
  readonly headers: readonly string[];
  readonly body: Uint8Array;
}

/** Builds headers and body. Throws a TypeError where more than one kind of body is given. */
export function buildContent(options: RequestOptions, host: string): RequestContent {
  const kinds = [options.body, options.files ?? options.form, options.json];
  const given = kinds.filter((body) => body !== undefined);
  if (given.length > 1) {
    throw new TypeError('a request has one of body, form (with files) and json');
  }
  const headers = flatten(options.headers);
  const names = new Set(
    headers.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase()),
  );
  const add = (name: string, value: string | undefined): void => {
    if (value !== undefined && !names.has(name.toLowerCase())) {
      headers.push(name, value);
    }
  };
  add('Host', host);
  add('Authorization', authorization(options.auth));
  const { body, type } = encodeBody(options);
  add('Content-Type', type);
  if (given.length > 0 && !names.has('transfer-encoding')) {
    add('Content-Length', String(body.byteLength));
  }
  return { headers, body };
}

function flatten(headers: RequestFields | undefined): string[] {
  const pairs = Array.isArray(headers) ? headers : Object.entries(headers ?? {});
  return pairs.flat();
}

// RFC 7617, 2 and RFC 6750, 2.1
function authorization(auth: Credentials | undefined): string | undefined {
  if (auth === undefined) {
    return undefined;
  }
  if ('bearer' in auth) {
    return `Bearer ${auth.bearer}`;
  }
  return `Basic ${btoa(String.fromCharCode(...encode(`${auth.user}:${auth.password}`)))}`;
}

function encodeBody(options: RequestOptions): { body: Uint8Array; type: string | undefined } {
  if (options.files !== undefined) {
    return buildMultipart(options.form ?? {}, options.files);
  }
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

/** Fields with those of a client that the request does not have itself. */
export function withDefaults(
  fields: RequestFields | undefined,
  defaults: RequestFields | undefined,
): ReadonlyArray<readonly [name: string, value: string]> {
  const own = pairsOf(fields);
  const names = new Set(own.map(([name]) => name.toLowerCase()));
  return [...own, ...pairsOf(defaults).filter(([name]) => !names.has(name.toLowerCase()))];
}

function pairsOf(
  fields: RequestFields | undefined,
): ReadonlyArray<readonly [name: string, value: string]> {
  return Array.isArray(fields) ? fields : Object.entries(fields ?? {});
}
