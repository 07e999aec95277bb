import type { ByteString, Environ } from '@tsgi/types';

/** What is known of a request once it is over; `onRequestEnd` of @tsgi/server gives the same. */
export interface AccessRecord {
  /** The request line; undefined where none could be read. */
  readonly method?: string | undefined;
  /** The request-target as received. */
  readonly target?: ByteString | undefined;
  /** The version that the client spoke, such as `HTTP/1.1`. */
  readonly protocol?: string | undefined;
  /** The peer of the last hop; undefined on a Unix socket. */
  readonly remoteAddress?: string | undefined;
  /** Its TCP port in digits; undefined where the server does not know it. */
  readonly remotePort?: string | undefined;
  /** name, value, name, value, … as received; where there is an environ, that is asked instead. */
  readonly requestHeaders?: readonly string[] | undefined;
  /** What the application was called with; undefined where it was not called. */
  readonly environ?: Environ | undefined;
  /** The status code sent; undefined where no response was begun. */
  readonly status?: number | undefined;
  /** name, value, name, value, … as sent. */
  readonly responseHeaders?: readonly string[] | undefined;
  /** Octets of content sent. */
  readonly bytesSent: number;
  /** Octets of the request body that arrived; undefined where that is not known. */
  readonly bytesReceived?: number | undefined;
  /** When the head of the request had arrived: milliseconds since 1970. */
  readonly startedAt: number;
  /** Milliseconds from then to the end of the response and its cleanup. */
  readonly duration: number;
  /** True where the client did not get the whole response. */
  readonly aborted: boolean;
  /** What the application threw, or why the request was refused or cut short. */
  readonly error?: unknown;
}

/** The value of a request field by its name in any case; undefined where it was not sent. */
export function requestField(record: AccessRecord, name: string): string | undefined {
  const { environ, requestHeaders = [] } = record;
  if (environ === undefined) {
    return flatField(requestHeaders, name);
  }
  // a name with an underscore is never mapped; it must not find the field with a hyphen
  if (!/^[A-Za-z0-9-]+$/.test(name)) {
    return undefined;
  }
  const key = name.toUpperCase().replaceAll('-', '_');
  const content = key === 'CONTENT_TYPE' || key === 'CONTENT_LENGTH';
  return text(content ? environ[key] : environ[`HTTP_${key}`]);
}

/** The value of a response field by its name in any case; undefined where it was not sent. */
export function responseField(record: AccessRecord, name: string): string | undefined {
  return flatField(record.responseHeaders ?? [], name);
}

// RFC 9110 section 5.3: several lines of one field are one list
function flatField(flat: readonly string[], name: string): string | undefined {
  const wanted = name.toLowerCase();
  const values: string[] = [];
  for (let at = 0; at + 1 < flat.length; at += 2) {
    if (flat[at]?.toLowerCase() === wanted) {
      values.push(flat[at + 1] as string);
    }
  }
  return values.length === 0 ? undefined : values.join(', ');
}

/** An entry of the environ as the application left it; undefined where it is no text. */
export function environEntry(record: AccessRecord, key: string): string | undefined {
  const { environ } = record;
  return environ === undefined || !Object.hasOwn(environ, key)
    ? undefined
    : text(Reflect.get(environ, key));
}

// The environ belongs to the application, which may have put anything into it.
function text(value: unknown): string | undefined {
  if (typeof value === 'string') {
    return value;
  }
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** The client: behind trusted proxies the one that they report, else the peer of the last hop. */
export function clientAddress(record: AccessRecord): string | undefined {
  return environEntry(record, 'REMOTE_ADDR') ?? record.remoteAddress;
}

/** The two sides of the first `?` of the target. */
export function splitTarget(target: string): readonly [path: string, query: string | undefined] {
  const at = target.indexOf('?');
  return at === -1 ? [target, undefined] : [target.slice(0, at), target.slice(at + 1)];
}
