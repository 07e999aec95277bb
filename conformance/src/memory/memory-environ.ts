/** Rule 1: what a server of the kit puts into an environ, and what it leaves out, is decided here. */
import type { Environ, ErrorStream, InputStream, OnFinish, CancelSignal } from '@tsgi/types';
import type { MemoryRequest } from './memory-request.ts';
import { wrapFile } from './file-bodies.ts';

/** What a server may do with an environ in one way or another. */
export interface EnvironManner {
  /** `minimal`: required entries alone. `maximal`: every entry there is, and a few unknown ones. */
  readonly entries: 'usual' | 'minimal' | 'maximal';
  /** No CONTENT_LENGTH, whatever the length of the body is. */
  readonly hidesLength: boolean;
  /** REQUEST_URI in absolute form and with needless escapes. */
  readonly respells: boolean;
  /** The caller takes asynchronous results. */
  readonly async: boolean;
}

/** Whether `tsgi.input` holds the whole body, or `tsgi.async_input` waits for it. */
export function isBuffered({ body }: MemoryRequest, { entries, async }: EnvironManner): boolean {
  return !async || body === undefined || entries === 'maximal';
}

/** What belongs to one request. */
export interface EnvironParts {
  readonly input: InputStream;
  readonly asyncInput: AsyncIterable<Uint8Array>;
  readonly errors: ErrorStream;
  readonly onFinish: OnFinish;
  readonly signal: CancelSignal;
  readonly flushHeaders: () => void;
  readonly state: Record<string, unknown>;
  /** Told of calls of the optional features that send something by themselves. */
  readonly told: (feature: string) => void;
}

const MOUNT = '/mnt/app';
const HOST = 'tsgi.test';

/** A fresh environ: an ordinary object that inherits nothing. */
export function makeEnviron(
  request: MemoryRequest,
  manner: EnvironManner,
  parts: EnvironParts,
): Environ {
  const environ: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  Object.assign(environ, requiredEntries(request, manner, parts));
  if (manner.entries !== 'minimal') {
    Object.assign(environ, fieldEntries(request, manner));
    for (const stream of [parts.input, parts.errors]) addEndings(stream, parts.told);
  }
  if (manner.async) Object.assign(environ, asyncEntries(parts));
  if (manner.entries === 'maximal') {
    Object.assign(environ, optionalEntries(request, parts));
  }
  return environ as unknown as Environ;
}

function requiredEntries(
  request: MemoryRequest,
  manner: EnvironManner,
  parts: EnvironParts,
): Record<string, unknown> {
  const { method, target } = request;
  const { entries, respells, async } = manner;
  const [path = '/', ...query] = target.split('?');
  const mount = entries === 'maximal' ? MOUNT : '';
  const { protocol, scheme, port } = LINES[entries];
  return {
    REQUEST_METHOD: method,
    SCRIPT_NAME: mount,
    PATH_INFO: path,
    QUERY_STRING: query.join('?'),
    REQUEST_URI: respells ? respell(target) : mount + target,
    SERVER_NAME: '127.0.0.1',
    SERVER_PORT: port,
    SERVER_PROTOCOL: protocol,
    'tsgi.version': [1, 0],
    'tsgi.url_scheme': request.scheme ?? scheme,
    'tsgi.input': parts.input,
    'tsgi.input_buffered': isBuffered(request, manner),
    'tsgi.errors': parts.errors,
    'tsgi.multithread': false,
    'tsgi.multiprocess': entries === 'maximal',
    'tsgi.run_once': false,
    'tsgi.interleaved': true,
    'tsgi.async': async,
    'tsgi.on_finish': parts.onFinish,
  };
}

const LINES = {
  usual: { protocol: 'HTTP/1.1', scheme: 'http', port: '8000' },
  // No Host field and no length of the body: HTTP/2 needs neither.
  minimal: { protocol: 'HTTP/2', scheme: 'http', port: '8000' },
  maximal: { protocol: 'HTTP/1.0', scheme: 'https', port: '443' },
} as const;

/** The same resource: in absolute form, with a dot segment and the first letter escaped. */
function respell(target: string): string {
  const [path = '', ...query] = target.split('?');
  const escaped = path.replace(
    /(?<=^[^%]*)[A-Za-z0-9]/,
    (unit) => `%${unit.charCodeAt(0).toString(16)}`,
  );
  return `http://${HOST}/%2e${[escaped, ...query].join('?')}`;
}

function fieldEntries(
  { headers = [], body }: MemoryRequest,
  { hidesLength }: EnvironManner,
): Record<string, unknown> {
  const entries: Record<string, string> = { HTTP_HOST: HOST };
  for (const [name, value] of headers) {
    const key = name.toUpperCase().replaceAll('-', '_');
    if (key === 'CONTENT_TYPE') entries[key] = value;
    else entries[`HTTP_${key}`] = value;
  }
  if (body !== undefined && !hidesLength) entries['CONTENT_LENGTH'] = String(body.length);
  return { ...entries, REMOTE_ADDR: '127.0.0.1', REMOTE_PORT: '40000' };
}

function asyncEntries(parts: EnvironParts): Record<string, unknown> {
  return { 'tsgi.async_input': parts.asyncInput, 'tsgi.signal': parts.signal };
}

function optionalEntries(request: MemoryRequest, parts: EnvironParts): Record<string, unknown> {
  const { headers = [] } = request;
  return {
    HTTP_ACCEPT: '*/*',
    HTTP_X_TSGI_CONFORMANCE: 'maximal',
    REMOTE_USER: 'tsgi',
    AUTH_TYPE: 'Basic',
    'tsgi.signal': parts.signal,
    'tsgi.file_wrapper': wrapFile,
    'tsgi.flush_headers': parts.flushHeaders,
    'tsgi.early_hints': () => parts.told('early_hints'),
    'tsgi.trailers': () => parts.told('trailers'),
    'tsgi.raw_headers': [['Host', HOST], ...headers],
    'tsgi.tls': { version: 'TLSv1.3', cipher: 'TLS_AES_128_GCM_SHA256', alpn: 'http/1.1' },
    'tsgi.state': parts.state,
    'vendor.tsgi-conformance': { unknown: true },
    'vendor.tsgi-conformance.text': 'unknown',
  };
}

/** A stream can have more methods than the specification names; these would end it. */
function addEndings(stream: object, told: EnvironParts['told']): void {
  for (const name of ['close', 'end', 'destroy']) Reflect.set(stream, name, () => told(name));
}
