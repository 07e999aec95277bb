import type { UpstreamEvent } from './events.ts';

/** One upstream of several. */
export interface UpstreamOptions {
  /** `SCHEME://HOST[:PORT][/BASE]`, `SCHEME+unix:/PATH[?base=/BASE]` or `unix:/PATH`. */
  readonly url: string;
  /** How many requests it gets for each one of an upstream of weight 1. Default 1. */
  readonly weight?: number | undefined;
  /** Whether it is asked only while none of the others is available. Default false. */
  readonly backup?: boolean | undefined;
  /** Failures within `failTimeout` that make it unavailable; 0 is any number. Default 1, as in nginx. */
  readonly maxFails?: number | undefined;
  /** For how long they count, and for how long it is unavailable then. Default 10000, as in nginx. */
  readonly failTimeout?: number | undefined;
  /** Requests that it is given at a time; 0 is any number. Default 0. */
  readonly maxConnections?: number | undefined;
  /** Connections to it that are kept while nothing is asked. Default: that of `forward`. */
  readonly keepAlive?: number | undefined;
}

/** How a request is made into one of a PHP script. */
export interface PhpOptions {
  /** The folder of the scripts, as this process sees it. */
  readonly root: string;
  /** The script that stands for its folder. Default `index.php`. */
  readonly index?: string | undefined;
  /** The script below `root` that answers for every path that is none. Default: none, 404. */
  readonly fallback?: string | undefined;
  /** The same folder as PHP sees it, where that differs, as in a container. Default `root`. */
  readonly documentRoot?: string | undefined;
}

/** What `forward` takes. Sizes are in octets, durations in milliseconds. */
export interface ForwardOptions {
  /** Whom requests are passed on to; at least one. */
  readonly upstreams: ReadonlyArray<string | UpstreamOptions>;
  /**
   * What becomes of SCRIPT_NAME towards HTTP: `strip` (default) sends PATH_INFO alone and names the
   * prefix in X-Forwarded-Prefix, `keep` sends both. Other protocols have variables for it.
   */
  readonly prefix?: 'strip' | 'keep' | undefined;
  /** The Host field: `pass` (default) is the client's, `upstream` the one of its URL, or a name. */
  readonly host?: string | undefined;
  /** The fields that tell an HTTP upstream who asks. Default `x-forwarded`. */
  readonly forwarded?: 'x-forwarded' | 'forwarded' | 'both' | 'none' | undefined;
  /** Whether such fields of the request are added to, in place of removed. Default false. */
  readonly trustForwarded?: boolean | undefined;
  /** The name of this gateway in the Via field of HTTP requests; false for none. Default `tsgi`. */
  readonly via?: string | false | undefined;
  /** Fields of the request, in any case: a value replaces what is there, undefined removes it. */
  readonly fields?: Readonly<Record<string, string | undefined>> | undefined;
  /** Variables of FastCGI, SCGI and uwsgi, put in place of what is there. */
  readonly variables?: Readonly<Record<string, string>> | undefined;
  /**
   * REQUEST_URI for FastCGI, SCGI and uwsgi: `canonical` (default) is made of SCRIPT_NAME, PATH_INFO
   * and QUERY_STRING, which middleware has judged; `received` is what the client sent.
   */
  readonly requestUri?: 'canonical' | 'received' | undefined;
  /** A `%2F` in a path for FastCGI, SCGI, uwsgi: answered with 404 (`refuse`, default), or a slash. */
  readonly encodedSlashes?: 'refuse' | 'decode' | undefined;
  /** For php-fpm: SCRIPT_FILENAME and its companions. */
  readonly php?: PhpOptions | undefined;
  /**
   * A body of unknown length is held up to this size for FastCGI, SCGI and uwsgi, which need one; a
   * larger one is answered with 411. Default 1 MiB.
   */
  readonly bufferBody?: number | undefined;
  /** X-Accel-Redirect, X-Sendfile and their like in a response: `drop` (default) or `pass`. */
  readonly fileFields?: 'drop' | 'pass' | undefined;
  /** How long a connection may take to be made; 0 is any time. Default 5000. */
  readonly connectTimeout?: number | undefined;
  /** How long an upstream may take to answer Expect: 100-continue before it gets the body all the same. Default 1000. */
  readonly continueTimeout?: number | undefined;
  /** How long nothing may come or go before the head of the response; 0 is any time. Default 60000, as in nginx. */
  readonly responseTimeout?: number | undefined;
  /** How long nothing may come of its content; 0 is any time. Default 60000. */
  readonly idleTimeout?: number | undefined;
  /**
   * Idle connections kept for each upstream; 0 closes each after its response. Default 16 for HTTP
   * and 0 for FastCGI, since an idle connection occupies a process of php-fpm. SCGI and uwsgi have none.
   */
  readonly keepAlive?: number | undefined;
  /** How long an idle connection is kept. Default 1500: below the 2 s of gunicorn. */
  readonly keepAliveTimeout?: number | undefined;
  /** The largest head of a response. Default 64 KiB. */
  readonly maxHeaderSize?: number | undefined;
  /** Told of what happens with upstreams. What it throws is written to `tsgi.errors`. */
  readonly onUpstreamEvent?: ((event: UpstreamEvent) => void) | undefined;
}
