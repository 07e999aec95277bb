import { TsgiError } from '@tsgi/core';
import type { ProxyVersions } from '@tsgi/protocol/proxy';
import type { Environ, ErrorStream, Lifespan, Profile } from '@tsgi/types';
import { checkExtensions, type ExtensionOptions } from './extensions.ts';
import { checkLifespan } from './lifespan.ts';
import { checkListenAddress, type ListenAddress } from './listen.ts';
import type { RequestRecord } from './request-record.ts';
import type { TlsOptions } from './tls.ts';

/** What is spoken on the connections of a server. */
export type ServedProtocol = 'http' | 'fastcgi' | 'scgi' | 'uwsgi';

/**
 * Which variables of a front say what the path is. `request-uri`: REQUEST_URI, for a front that
 * rewrites nothing. `path-info`: SCRIPT_NAME and PATH_INFO, whose `%2F` is lost. `auto`: REQUEST_URI
 * where the others do not say that the front has rewritten it.
 */
export type PathSource = 'auto' | 'request-uri' | 'path-info';

/** What `serve` takes; every option has a default. Sizes are in octets, durations in milliseconds. */
export interface ServeOptions {
  /** The address or name to listen on. Default `127.0.0.1`: this machine only. */
  readonly host?: string | undefined;
  /** The TCP port to listen on; 0 lets the system choose. Default 8000. */
  readonly port?: number | undefined;
  /** Where to listen, in place of host and port; several addresses share one application. */
  readonly listen?: ListenAddress | readonly ListenAddress[] | undefined;
  /**
   * What is spoken on the connections. Default `http`; the others are spoken by a web server in
   * front, whose variables become environ: only for servers that nobody but the front can reach.
   */
  readonly protocol?: ServedProtocol | undefined;
  /**
   * `net`: the engine of this project on node:net, the default. `node-http`: node:http, the default
   * with `tls`, for HTTP only.
   */
  readonly transport?: 'net' | 'node-http' | undefined;
  /** Certificate and key to speak TLS with, HTTP/2 included; needs the node-http transport. */
  readonly tls?: TlsOptions | undefined;
  /**
   * Where the application is mounted: `""`, or a canonical path that does not end in `/`. Default
   * `""`; behind a front, what its variables say.
   */
  readonly scriptName?: string | undefined;
  /** Which variables of a front say what the path is. Default `auto`. */
  readonly pathSource?: PathSource | undefined;
  /** `sync` (default), or `async` for applications that return promises or asynchronous bodies. */
  readonly profile?: Profile | undefined;
  /** What runs before the first request, where it fills `tsgi.state`, and after the last one. */
  readonly lifespan?: Lifespan | undefined;
  /**
   * How long `close()` waits for the shutdown of the lifespan. Default 30000, the time that
   * Kubernetes gives a container to stop.
   */
  readonly shutdownTimeout?: number | undefined;
  /** Which optional entries environ has. Default: all of them. */
  readonly extensions?: ExtensionOptions | undefined;
  /** True where other processes run the same application; becomes `tsgi.multiprocess`. */
  readonly multiprocess?: boolean | undefined;
  /**
   * The largest request body; a larger one is answered with 413. Default 64 MiB: form uploads pass,
   * and a hundred of them do not fill the temporary disk.
   */
  readonly maxBodySize?: number | undefined;
  /**
   * Bodies up to this size are held in memory, larger ones in a temporary file. Default 1 MiB: above
   * what forms and API calls send, so that hardly any request touches the disk.
   */
  readonly bodyMemory?: number | undefined;
  /** The largest head of a request; a larger one gets 431. Default 16 KiB, as in Node.js. */
  readonly maxHeaderSize?: number | undefined;
  /**
   * The longest request line; a longer one gets 414. Default 8 KiB, as in nginx; RFC 9112 section 3
   * asks for 8000.
   */
  readonly maxRequestLine?: number | undefined;
  /** The longest field line of a head; a longer one gets 431. Default 8 KiB, as in nginx. */
  readonly maxFieldSize?: number | undefined;
  /** The largest number of fields in a head; more get 431. Default 1000, as in nginx. */
  readonly maxFields?: number | undefined;
  /**
   * How much of a refused or unread body is read on before the connection closes. Default 1 MiB: a
   * client that sends before it reads sees the answer, and the connection is kept where the rest is
   * worth less than a new one.
   */
  readonly drainLimit?: number | undefined;
  /** How long that may take. Default 2000: the order of a slow round trip with a repeat. */
  readonly drainTimeout?: number | undefined;
  /**
   * How long an idle connection is kept; 0 is any time. Default 75000: above the 60 s of common load balancers, so
   * that it is they who close, and no request meets a connection that has gone.
   */
  readonly keepAliveTimeout?: number | undefined;
  /**
   * How long the head of a request may take to arrive, and before it the handshake of TLS; 0 is any
   * time. Default 60000, as in Node.js and nginx.
   */
  readonly headersTimeout?: number | undefined;
  /**
   * How long a whole request may take to arrive; 0 is any time. Default 300000, as in Node.js: 64 MiB
   * at 2 Mbit/s.
   */
  readonly requestTimeout?: number | undefined;
  /** How long the body of a request may stop arriving; 0 is any time. Default 60000, as in nginx. */
  readonly bodyTimeout?: number | undefined;
  /**
   * How long a client may take no more of a response, on HTTP/2 each stream by itself; 0 is any time.
   * Begins anew with each chunk taken, of large ones with each 256 KiB. Default 60000, as in nginx.
   */
  readonly writeTimeout?: number | undefined;
  /**
   * Requests on one connection before it is closed; 0 is any number. Default 0: nothing is kept
   * from one request to the next. A limit lets load spread anew behind a balancer of connections.
   */
  readonly maxRequestsPerConnection?: number | undefined;
  /**
   * Connections that are open at a time on each address; those beyond are closed at once, without an
   * answer. 0 is any number, up to the descriptors of the process. Default 16384: with full buffers
   * for heads, 1.3 GiB.
   */
  readonly maxConnections?: number | undefined;
  /** How long each step of asynchronous cleanup may take. Default 5000: it holds up `close()`. */
  readonly cleanupTimeout?: number | undefined;
  /**
   * How long `close()` waits for running responses before it cuts them off. Default 30000, as in
   * gunicorn and Kubernetes.
   */
  readonly gracefulTimeout?: number | undefined;
  /** `tsgi.errors`, and where faults are logged. Default: standard error. */
  readonly errors?: ErrorStream | undefined;
  /** Told of every fault, beside the log. */
  readonly onError?: ((error: unknown, environ: Environ) => void) | undefined;
  /**
   * Told of every request when it is over, once: also of those that were refused, timed out or cut
   * off, whether or not they reached the application. What it throws is logged.
   */
  readonly onRequestEnd?: ((record: RequestRecord) => void) | undefined;
  /**
   * The version of the PROXY protocol with which every connection must begin, before TLS; the client
   * that it names becomes REMOTE_ADDR and REMOTE_PORT. Only for servers that nobody but the proxy
   * can reach. Default `off`.
   */
  readonly proxyProtocol?: 'off' | ProxyVersions | undefined;
}

/** Options with every default filled in. */
export type ServerSettings = {
  readonly [Name in Exclude<keyof ServeOptions, 'listen' | OptionalName>]-?: Exclude<
    ServeOptions[Name],
    undefined
  >;
} & Pick<ServeOptions, OptionalName> & {
    /** All the addresses, at least one: `host` and `port` where no others are given. */
    readonly listen: readonly ListenAddress[];
  };

/** What there is nothing in the place of where it is not given. */
type OptionalName = 'onError' | 'onRequestEnd' | 'scriptName' | 'tls';

const KIB = 1024;
const MIB = 1024 * KIB;

const standardError: ErrorStream = {
  write(text) {
    const line: unknown = text;
    process.stderr.write(String(line));
  },
  flush() {},
};

/** The default of every option. */
export const DEFAULTS: ServerSettings = {
  host: '127.0.0.1',
  port: 8000,
  listen: [{ host: '127.0.0.1', port: 8000 }],
  protocol: 'http',
  transport: 'net',
  tls: undefined,
  scriptName: '',
  pathSource: 'auto',
  profile: 'sync',
  lifespan: {},
  shutdownTimeout: 30_000,
  extensions: {},
  multiprocess: false,
  maxBodySize: 64 * MIB,
  bodyMemory: MIB,
  maxHeaderSize: 16 * KIB,
  maxRequestLine: 8 * KIB,
  maxFieldSize: 8 * KIB,
  maxFields: 1000,
  drainLimit: MIB,
  drainTimeout: 2000,
  keepAliveTimeout: 75_000,
  headersTimeout: 60_000,
  requestTimeout: 300_000,
  bodyTimeout: 60_000,
  writeTimeout: 60_000,
  maxRequestsPerConnection: 0,
  maxConnections: 16_384,
  cleanupTimeout: 5000,
  gracefulTimeout: 30_000,
  errors: standardError,
  onError: undefined,
  onRequestEnd: undefined,
  proxyProtocol: 'off',
};

const PROXY_VERSIONS: ReadonlySet<string> = new Set(['off', 'v1', 'v2', 'any']);

const LONGEST_TIMEOUT = 2 ** 31 - 1;

/** The largest value of each numeric option. */
const CEILINGS = {
  port: 65_535,
  maxBodySize: Number.MAX_SAFE_INTEGER,
  bodyMemory: 2 ** 31,
  maxHeaderSize: 16 * MIB,
  maxRequestLine: 16 * MIB,
  maxFieldSize: 16 * MIB,
  maxFields: 2 ** 20,
  drainLimit: Number.MAX_SAFE_INTEGER,
  drainTimeout: LONGEST_TIMEOUT,
  keepAliveTimeout: LONGEST_TIMEOUT,
  headersTimeout: LONGEST_TIMEOUT,
  requestTimeout: LONGEST_TIMEOUT,
  bodyTimeout: LONGEST_TIMEOUT,
  writeTimeout: LONGEST_TIMEOUT,
  maxRequestsPerConnection: Number.MAX_SAFE_INTEGER,
  maxConnections: Number.MAX_SAFE_INTEGER,
  cleanupTimeout: LONGEST_TIMEOUT,
  gracefulTimeout: LONGEST_TIMEOUT,
  shutdownTimeout: LONGEST_TIMEOUT,
} as const;

/** Fills in the defaults. Throws `ERR_TSGI_OPTION` naming an unknown option or a wrong value. */
export function resolveOptions(options: ServeOptions): ServerSettings {
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(DEFAULTS, name)) {
      throw new TsgiError('ERR_TSGI_OPTION', `unknown option ${name}`);
    }
  }
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const merged = { ...DEFAULTS, ...(Object.fromEntries(given) as ServeOptions) };
  checkFront(merged);
  const transport = options.transport ?? (options.tls === undefined ? 'net' : 'node-http');
  const listen = resolveListen(options, merged);
  const scriptName = merged.protocol === 'http' ? merged.scriptName : options.scriptName;
  const settings = { ...merged, transport, listen, scriptName } as ServerSettings;
  if (transport === 'net' && settings.tls !== undefined) {
    throw new TsgiError('ERR_TSGI_OPTION', 'tls with the net transport');
  }
  for (const [name, ceiling] of Object.entries(CEILINGS)) {
    const value = settings[name as keyof typeof CEILINGS];
    if (!Number.isSafeInteger(value) || value < 0 || value > ceiling) {
      throw new TsgiError('ERR_TSGI_OPTION', `${name}: ${String(value)}`);
    }
  }
  if (settings.transport !== 'net' && settings.transport !== 'node-http') {
    throw new TsgiError('ERR_TSGI_OPTION', `transport: ${String(settings.transport)}`);
  }
  const host: unknown = settings.host;
  if (typeof host !== 'string' || host === '') {
    throw new TsgiError('ERR_TSGI_OPTION', `host: ${String(host)}`);
  }
  if (!PROXY_VERSIONS.has(settings.proxyProtocol)) {
    throw new TsgiError('ERR_TSGI_OPTION', `proxyProtocol: ${settings.proxyProtocol}`);
  }
  checkLifespan(settings.lifespan);
  checkExtensions(settings.extensions, settings.profile);
  return withoutLimits(settings);
}

const PROTOCOLS: ReadonlySet<unknown> = new Set(['http', 'fastcgi', 'scgi', 'uwsgi']);
const PATH_SOURCES: ReadonlySet<unknown> = new Set(['auto', 'request-uri', 'path-info']);

// What has a meaning for one protocol only is not passed over in silence.
function checkFront({ protocol, pathSource, tls, transport, proxyProtocol }: ServeOptions): void {
  if (!PROTOCOLS.has(protocol)) {
    throw new TsgiError('ERR_TSGI_OPTION', `protocol: ${String(protocol)}`);
  }
  if (!PATH_SOURCES.has(pathSource)) {
    throw new TsgiError('ERR_TSGI_OPTION', `pathSource: ${String(pathSource)}`);
  }
  if (protocol === 'http') {
    if (pathSource !== 'auto') {
      throw new TsgiError('ERR_TSGI_OPTION', `pathSource: ${pathSource} with the protocol http`);
    }
    return;
  }
  const conflicts = {
    tls: tls !== undefined,
    'transport: node-http': transport === 'node-http',
    proxyProtocol: proxyProtocol !== 'off',
  };
  for (const [what, there] of Object.entries(conflicts)) {
    if (there) {
      throw new TsgiError('ERR_TSGI_OPTION', `${what} with the protocol ${protocol}`);
    }
  }
}

/** The times that a client may take, of which 0 is any. */
const CLIENT_TIMES = ['keepAliveTimeout', 'headersTimeout', 'bodyTimeout', 'writeTimeout'] as const;

// The longest time that a timer can wait, 24 days, stands for any.
function withoutLimits(settings: ServerSettings): ServerSettings {
  const unlimited = CLIENT_TIMES.filter((name) => settings[name] === 0);
  return {
    ...settings,
    ...Object.fromEntries(unlimited.map((name) => [name, LONGEST_TIMEOUT])),
  };
}

function resolveListen(
  options: ServeOptions,
  { host, port }: Pick<ServeOptions, 'host' | 'port'>,
): readonly ListenAddress[] {
  if (options.listen === undefined) {
    return [{ host: host ?? '', port: port ?? 0 }];
  }
  if (options.host !== undefined || options.port !== undefined) {
    throw new TsgiError('ERR_TSGI_OPTION', 'listen beside host or port');
  }
  const addresses = [options.listen].flat() as readonly ListenAddress[];
  if (addresses.length === 0) {
    throw new TsgiError('ERR_TSGI_OPTION', 'listen: []');
  }
  for (const address of addresses) {
    checkListenAddress(address);
  }
  return addresses;
}
