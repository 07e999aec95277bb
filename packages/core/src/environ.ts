import {
  type Environ,
  type ErrorStream,
  type InputStream,
  type OnFinish,
  TSGI_VERSION,
} from '@tsgi/types';
import { HOP_BY_HOP } from './header-list.ts';
import type { RequestFraming, RequestHead } from './request-head.ts';
import type { Target } from './target.ts';

/** What the listening side knows of a connection; the last hop, never a forwarded header. */
export interface Connection {
  readonly scheme: 'http' | 'https';
  /** The name or address of the listening side; not empty. */
  readonly serverName: string;
  /** The port of the listening side in digits; not empty. */
  readonly serverPort: string;
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: string | undefined;
}

/** How a server runs applications; the same for every request. */
export interface Concurrency {
  readonly multithread: boolean;
  readonly multiprocess: boolean;
  readonly runOnce: boolean;
  readonly interleaved: boolean;
}

/** All that one environ is made of. */
export interface EnvironParts {
  readonly head: RequestHead;
  readonly target: Target;
  readonly framing: RequestFraming;
  readonly scriptName: string;
  readonly pathInfo: string;
  readonly connection: Connection;
  readonly concurrency: Concurrency;
  readonly input: InputStream;
  /** Octets that the input holds; undefined where that is not known yet. */
  readonly inputLength: number | undefined;
  readonly inputBuffered: boolean;
  readonly errors: ErrorStream;
  readonly onFinish: OnFinish;
  readonly async: boolean;
}

// The prototype is empty and has none of its own, so nothing is inherited, at a fraction of what
// an object literal with a null prototype costs.
const EmptyEnviron = function EmptyEnviron() {} as unknown as new () => Environ;
EmptyEnviron.prototype = Object.create(null);

/** Builds a fresh environ: TSGI 1.0, "Environ". */
export function buildEnviron(parts: EnvironParts): Environ {
  const { head, target, connection, concurrency } = parts;
  const environ = new EmptyEnviron();
  environ.REQUEST_METHOD = head.method;
  environ.SCRIPT_NAME = parts.scriptName;
  environ.PATH_INFO = parts.pathInfo;
  environ.QUERY_STRING = target.query;
  environ.REQUEST_URI = head.target;
  environ.SERVER_NAME = connection.serverName;
  environ.SERVER_PORT = connection.serverPort;
  environ.SERVER_PROTOCOL = head.protocol;
  environ['tsgi.version'] = TSGI_VERSION;
  environ['tsgi.url_scheme'] = connection.scheme;
  environ['tsgi.input'] = parts.input;
  environ['tsgi.input_buffered'] = parts.inputBuffered;
  environ['tsgi.errors'] = parts.errors;
  environ['tsgi.multithread'] = concurrency.multithread;
  environ['tsgi.multiprocess'] = concurrency.multiprocess;
  environ['tsgi.run_once'] = concurrency.runOnce;
  environ['tsgi.interleaved'] = concurrency.interleaved;
  environ['tsgi.async'] = parts.async;
  environ['tsgi.on_finish'] = parts.onFinish;
  addRemote(environ, connection);
  addFields(environ, head.headers);
  addContentLength(environ, parts);
  if (target.authority !== undefined) {
    environ['HTTP_HOST'] = target.authority;
  }
  return environ;
}

function addRemote(environ: Environ, connection: Connection): void {
  if (connection.remoteAddress !== undefined) {
    environ.REMOTE_ADDR = connection.remoteAddress;
  }
  if (connection.remotePort !== undefined) {
    environ.REMOTE_PORT = connection.remotePort;
  }
}

function addContentLength(environ: Environ, { framing, inputLength }: EnvironParts): void {
  const absent = !framing.declared && framing.contentLength === 0;
  if (inputLength !== undefined && !absent) {
    environ.CONTENT_LENGTH = String(inputLength);
  }
}

function addFields(environ: Environ, headers: readonly string[]): void {
  const nominated = connectionOptions(headers);
  const fields = environ as unknown as Record<string, string | undefined>;
  for (let index = 0; index < headers.length; index += 2) {
    const key = environKey(headers[index] as string);
    if (key === undefined || nominated?.has(key)) {
      continue;
    }
    const value = headers[index + 1] as string;
    const earlier = fields[key];
    fields[key] =
      earlier === undefined ? value : `${earlier}${key === 'HTTP_COOKIE' ? '; ' : ', '}${value}`;
  }
}

// RFC 9110 section 7.6.1: a connection option names a field that concerns this connection only
function connectionOptions(headers: readonly string[]): ReadonlySet<string> | undefined {
  let keys: Set<string> | undefined;
  for (let index = 0; index < headers.length; index += 2) {
    if ((headers[index] as string).toLowerCase() !== 'connection') {
      continue;
    }
    for (const option of (headers[index + 1] as string).split(',')) {
      const key = environKey(option.trim());
      if (key !== undefined && key !== 'HTTP_HOST') {
        keys ??= new Set();
        keys.add(key);
      }
    }
  }
  return keys;
}

/**
 * The key under which a request field stands in environ; undefined where it is not mapped: names
 * with other characters than letters, digits and `-`, which could pass for one another,
 * hop-by-hop fields, Proxy (which would read as a proxy setting), and Content-Length, which
 * environ takes from the framing.
 */
export function environKey(name: string): string | undefined {
  if (!/^[A-Za-z0-9-]+$/.test(name)) {
    return undefined;
  }
  const lower = name.toLowerCase();
  if (HOP_BY_HOP.has(lower) || lower === 'proxy' || lower === 'content-length') {
    return undefined;
  }
  const key = name.toUpperCase().replaceAll('-', '_');
  return key === 'CONTENT_TYPE' ? key : `HTTP_${key}`;
}
