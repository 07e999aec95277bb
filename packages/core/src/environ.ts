import {
  type Environ,
  type ErrorStream,
  type OnFinish,
  type TlsInfo,
  TSGI_VERSION,
} from '@tsgi/types';
import { addExtensions, type GatewayExtensions, type ResponseFunctions } from './extensions.ts';
import type { GatewayRequest } from './gateway-request.ts';
import { readFields } from './request-fields.ts';

/** What the listening side knows of a connection; the last hop, never a forwarded header. */
export interface Connection {
  /** `tsgi.url_scheme`: `https` where the last hop is secured by TLS (ENV-SCHEME). */
  readonly scheme: 'http' | 'https';
  /** The name or address of the listening side; not empty. */
  readonly serverName: string;
  /** The port of the listening side in digits; not empty. */
  readonly serverPort: string;
  /** REMOTE_ADDR, the peer of the last hop (ENV-REMOTE); undefined leaves the entry out. */
  readonly remoteAddress?: string | undefined;
  /** REMOTE_PORT in digits (ENV-REMOTE); undefined leaves the entry out. */
  readonly remotePort?: string | undefined;
  /** Whom a web server in front has authenticated, and by which scheme. */
  readonly remoteUser?: string | undefined;
  /** AUTH_TYPE, the scheme by which `remoteUser` was authenticated (ENV-USER). */
  readonly authType?: string | undefined;
  /** Of a connection on which this server itself speaks TLS; frozen, since requests share it. */
  readonly tls?: TlsInfo | undefined;
}

/** How a server runs applications; the same for every request. */
export interface Concurrency {
  /** `tsgi.multithread`: several threads may call the application at the same time. */
  readonly multithread: boolean;
  /** `tsgi.multiprocess`: several processes run the application. */
  readonly multiprocess: boolean;
  /** `tsgi.run_once`: this process is expected to call the application once. */
  readonly runOnce: boolean;
  /** `tsgi.interleaved`: a call may come before the previous body has been cleaned up. */
  readonly interleaved: boolean;
}

/** What the environs of one gateway have in common. */
export interface GatewayFacts {
  readonly concurrency: Concurrency;
  readonly errors: ErrorStream;
  readonly async: boolean;
  readonly offer: GatewayExtensions;
}

// A constructor gives every environ the same shape, at a fraction of what an object literal with a
// null prototype costs.
function RequiredEntries(
  this: Environ,
  facts: GatewayFacts,
  { admission, connection, input }: GatewayRequest,
  onFinish: OnFinish,
): void {
  const { concurrency } = facts;
  const { head, scriptName, pathInfo } = admission;
  this.REQUEST_METHOD = head.method;
  this.SCRIPT_NAME = pathInfo === '*' ? '' : scriptName;
  this.PATH_INFO = pathInfo;
  this.QUERY_STRING = admission.target.query;
  this.REQUEST_URI = head.target;
  this.SERVER_NAME = connection.serverName;
  this.SERVER_PORT = connection.serverPort;
  this.SERVER_PROTOCOL = head.protocol;
  this['tsgi.version'] = TSGI_VERSION;
  this['tsgi.url_scheme'] = connection.scheme;
  this['tsgi.input'] = input.input;
  this['tsgi.input_buffered'] = input.buffered;
  this['tsgi.errors'] = facts.errors;
  this['tsgi.multithread'] = concurrency.multithread;
  this['tsgi.multiprocess'] = concurrency.multiprocess;
  this['tsgi.run_once'] = concurrency.runOnce;
  this['tsgi.interleaved'] = concurrency.interleaved;
  this['tsgi.async'] = facts.async;
  this['tsgi.on_finish'] = onFinish;
}

// The prototype is empty and has none of its own: nothing is inherited.
RequiredEntries.prototype = Object.create(null);
const EnvironObject = RequiredEntries as unknown as new (
  facts: GatewayFacts,
  request: GatewayRequest,
  onFinish: OnFinish,
) => Environ;

/** Builds a fresh environ: TSGI 1.0, "Environ". */
export function buildEnviron(
  facts: GatewayFacts,
  request: GatewayRequest,
  response: ResponseFunctions,
): Environ {
  const { head, target } = request.admission;
  const fields = request.memory?.read(head.headers) ?? readFields(head.headers);
  const environ = new EnvironObject(facts, request, response.onFinish);
  // set before the fields of the request, so that all environs of a gateway begin with one shape
  if (facts.async) {
    environ['tsgi.async_input'] = request.input.asyncInput;
  }
  addExtensions(environ, facts.offer, { request, response, wantsTrailers: fields.wantsTrailers });
  addConnection(environ, request.connection);
  addFields(environ, fields.entries);
  addContentLength(environ, request);
  if (target.authority !== undefined) {
    environ['HTTP_HOST'] = target.authority;
  }
  return environ;
}

function addConnection(environ: Environ, connection: Connection): void {
  if (connection.tls !== undefined) {
    environ['tsgi.tls'] = connection.tls;
  }
  if (connection.remoteAddress !== undefined) {
    environ.REMOTE_ADDR = connection.remoteAddress;
  }
  if (connection.remotePort !== undefined) {
    environ.REMOTE_PORT = connection.remotePort;
  }
  if (connection.remoteUser !== undefined) {
    environ.REMOTE_USER = connection.remoteUser;
  }
  if (connection.authType !== undefined) {
    environ.AUTH_TYPE = connection.authType;
  }
}

function addFields(environ: Environ, entries: readonly string[]): void {
  const fields = environ as unknown as Record<string, string>;
  for (let index = 0; index < entries.length; index += 2) {
    fields[entries[index] as string] = entries[index + 1] as string;
  }
}

function addContentLength(environ: Environ, { admission, input }: GatewayRequest): void {
  const { declared, contentLength } = admission.framing;
  const absent = !declared && contentLength === 0;
  if (input.length !== undefined && !absent) {
    environ.CONTENT_LENGTH = String(input.length);
  }
}
