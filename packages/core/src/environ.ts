import {
  type Environ,
  type ErrorStream,
  type InputStream,
  type OnFinish,
  type TlsInfo,
  TSGI_VERSION,
} from '@tsgi/types';
import type { GatewayExtensions, RequestEntries } from './extensions.ts';
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
  /** Of a connection on which this server itself speaks TLS; frozen, since requests share it. */
  readonly tls?: TlsInfo | undefined;
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
  /** `tsgi.async_input`; undefined in the synchronous profile. */
  readonly asyncInput: AsyncIterable<Uint8Array> | undefined;
  readonly async: boolean;
  readonly offer: GatewayExtensions;
  readonly entries: RequestEntries;
}

// A constructor gives every environ the same shape, at a fraction of what an object literal with a
// null prototype costs.
function RequiredEntries(this: Environ, parts: EnvironParts): void {
  const { head, connection, concurrency } = parts;
  this.REQUEST_METHOD = head.method;
  this.SCRIPT_NAME = parts.scriptName;
  this.PATH_INFO = parts.pathInfo;
  this.QUERY_STRING = parts.target.query;
  this.REQUEST_URI = head.target;
  this.SERVER_NAME = connection.serverName;
  this.SERVER_PORT = connection.serverPort;
  this.SERVER_PROTOCOL = head.protocol;
  this['tsgi.version'] = TSGI_VERSION;
  this['tsgi.url_scheme'] = connection.scheme;
  this['tsgi.input'] = parts.input;
  this['tsgi.input_buffered'] = parts.inputBuffered;
  this['tsgi.errors'] = parts.errors;
  this['tsgi.multithread'] = concurrency.multithread;
  this['tsgi.multiprocess'] = concurrency.multiprocess;
  this['tsgi.run_once'] = concurrency.runOnce;
  this['tsgi.interleaved'] = concurrency.interleaved;
  this['tsgi.async'] = parts.async;
  this['tsgi.on_finish'] = parts.onFinish;
  addOptional(this, parts);
}

// Set before the fields of the request, so that all environs of a gateway begin with one shape.
function addOptional(environ: Environ, parts: EnvironParts): void {
  const { offer, entries, asyncInput } = parts;
  const { tls } = parts.connection;
  if (asyncInput !== undefined) {
    environ['tsgi.async_input'] = asyncInput;
  }
  if (entries.signal !== undefined) {
    environ['tsgi.signal'] = entries.signal;
  }
  if (offer.state !== undefined) {
    environ['tsgi.state'] = offer.state;
  }
  if (offer.fileWrapper !== undefined) {
    environ['tsgi.file_wrapper'] = offer.fileWrapper;
  }
  if (entries.flushHeaders !== undefined) {
    environ['tsgi.flush_headers'] = entries.flushHeaders;
  }
  if (entries.earlyHints !== undefined) {
    environ['tsgi.early_hints'] = entries.earlyHints;
  }
  if (entries.trailers !== undefined) {
    environ['tsgi.trailers'] = entries.trailers;
  }
  if (entries.rawHeaders !== undefined) {
    environ['tsgi.raw_headers'] = entries.rawHeaders;
  }
  if (tls !== undefined) {
    environ['tsgi.tls'] = tls;
  }
}

// The prototype is empty and has none of its own: nothing is inherited.
RequiredEntries.prototype = Object.create(null);
const EnvironObject = RequiredEntries as unknown as new (parts: EnvironParts) => Environ;

/** Builds a fresh environ: TSGI 1.0, "Environ". */
export function buildEnviron(parts: EnvironParts): Environ {
  const environ = new EnvironObject(parts);
  addRemote(environ, parts.connection);
  addFields(environ, parts.head.headers);
  addContentLength(environ, parts);
  if (parts.target.authority !== undefined) {
    environ['HTTP_HOST'] = parts.target.authority;
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
    if (earlier === undefined) {
      fields[key] = value;
    } else {
      fields[key] = `${earlier}${key === 'HTTP_COOKIE' ? '; ' : ', '}${value}`;
    }
  }
}

// RFC 9110 section 7.6.1: a connection option names a field that concerns this connection only
function connectionOptions(headers: readonly string[]): ReadonlySet<string> | undefined {
  let keys: Set<string> | undefined;
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] as string;
    const value = headers[index + 1] as string;
    const usual = value === 'keep-alive' || value === 'close';
    if (name.length !== 10 || usual || name.toLowerCase() !== 'connection') {
      continue;
    }
    for (const option of value.split(',')) {
      const key = environKey(option.trim());
      if (key !== undefined && key !== 'HTTP_HOST') {
        keys ??= new Set();
        keys.add(key);
      }
    }
  }
  return keys;
}

/** Names that were met before, with their keys; what clients may fill it with is bounded. */
const KEYS = new Map<string, string | undefined>();
const MOST_KEYS = 512;
const LONGEST_KEPT = 64;

/**
 * The key under which a request field stands in environ; undefined where it is not mapped: names
 * with other characters than letters, digits and `-`, which could pass for one another,
 * hop-by-hop fields, Proxy (which would read as a proxy setting), and Content-Length, which
 * environ takes from the framing.
 */
export function environKey(name: string): string | undefined {
  const known = KEYS.get(name);
  if (known !== undefined || KEYS.has(name)) {
    return known;
  }
  const key = buildKey(name);
  if (KEYS.size < MOST_KEYS && name.length <= LONGEST_KEPT) {
    KEYS.set(name, key);
  }
  return key;
}

function buildKey(name: string): string | undefined {
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
