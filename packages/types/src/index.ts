/**
 * TSGI 1.0: the TypeScript Server Gateway Interface as types.
 *
 * This file has no dependency and may be copied into another project whole. It compiles with
 * `lib: ["es2022"]` and no ambient types, on TypeScript 5.0 and later. The names that end in V1
 * are the contract for ever; the short names at the end stand for the current version.
 *
 * Dedicated to the public domain under CC0-1.0.
 */

/** A string whose every code unit is at most 0xFF: one code unit stands for one octet. */
export type ByteString = string;

/** Three digits, one space and a reason phrase that may be empty: `"200 OK"`. */
export type StatusLineV1 = `${number} ${string}`;

/** One header field: name, value. */
export type HeaderV1 = readonly [name: string, value: ByteString];

/** Header fields in wire order; a repeated name is repeated on the wire. */
export type HeaderListV1 = readonly HeaderV1[];

/** The request body, read synchronously. */
export interface InputStreamV1 {
  /**
   * Exactly `size` octets, or fewer where the body ends first, or the rest where no size is given.
   * An empty array for a `size` above 0 means the end. Throws a RangeError for a negative or
   * fractional size, and an error with code `ERR_TSGI_INPUT_ABORTED` for a truncated body.
   */
  read(size?: number): Uint8Array;
  /** What is left of the body, in non-empty chunks. */
  [Symbol.iterator](): Iterator<Uint8Array>;
}

/** The stream to which applications report errors. */
export interface ErrorStreamV1 {
  /** Takes any string and never throws. */
  write(text: string): void;
  flush(): void;
}

/** What became of a response, as told to `tsgi.on_finish` callbacks. */
export interface OutcomeV1 {
  /** The status code sent, as a number; absent where no response was committed. */
  readonly status?: number | undefined;
  /** Octets of content handed to the transport. */
  readonly bytesSent: number;
  /** True where the client did not get the whole response. */
  readonly aborted: boolean;
  /** What the application threw, or why the response was cut short. */
  readonly error?: unknown;
}

/** Registers a callback for the time after the response; the last one registered runs first. */
export type OnFinishV1 = (callback: (outcome: OutcomeV1) => void | PromiseLike<void>) => void;

/** A range of a file, which the server may send without pulling chunks from the body. */
export interface FileRegionV1 {
  /** An open file descriptor. */
  readonly fd: number;
  /** The first octet to send, counted from 0. */
  readonly offset: number;
  /** The number of octets to send. */
  readonly length: number;
  /** The path of the file, where it is known. */
  readonly path?: string | undefined;
}

/** A synchronous response body: chunks of octets, pulled one at a time. */
export interface BodyV1 extends Iterable<Uint8Array> {
  /** Called exactly once when the server is done with the body, however that came about. */
  close?(): void;
  readonly 'tsgi.file'?: FileRegionV1 | undefined;
}

/** Begins the response: stores status and headers, transmits nothing. */
export type StartResponseV1 = (
  status: StatusLineV1,
  headers: HeaderListV1,
  error?: unknown,
) => void;

/** Makes a body of a file: a path, which the body opens and closes, or an open descriptor. */
export type FileWrapperV1 = (
  file: string | number,
  range?: { readonly offset?: number | undefined; readonly length?: number | undefined },
) => BodyV1;

/** A cancellation signal; every `AbortSignal` is one. */
export interface CancelSignalV1 {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(
    type: 'abort',
    listener: () => void,
    options?: { readonly once?: boolean },
  ): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** What is known of the TLS connection of the last hop. */
export interface TlsInfoV1 {
  /** For example `"TLSv1.3"`. */
  readonly version?: string | undefined;
  /** The cipher suite by its IANA name. */
  readonly cipher?: string | undefined;
  /** The protocol agreed by ALPN. */
  readonly alpn?: string | undefined;
  /** The host name that the client asked for by SNI. */
  readonly serverName?: string | undefined;
  /** The client's certificate chain in PEM, leaf first. */
  readonly clientCertificates?: readonly string[] | undefined;
  /** Whether the server verified the client's certificate. */
  readonly clientVerified?: boolean | undefined;
}

/** The request: CGI variables, `tsgi.` entries and extensions. The application owns it. */
export interface EnvironV1 {
  /** The method token, its case kept. */
  REQUEST_METHOD: string;
  /** Where the application is mounted: `""`, or a canonical path that does not end in `/`. */
  SCRIPT_NAME: string;
  /** The rest of the canonical path, percent-encoded, ASCII. */
  PATH_INFO: string;
  /** Raw, without the `?`. */
  QUERY_STRING: string;
  /** The request-target as received. */
  REQUEST_URI: ByteString;
  SERVER_NAME: string;
  SERVER_PORT: string;
  /** The client's version: `"HTTP/1.0"`, `"HTTP/1.1"`, `"HTTP/2"`. */
  SERVER_PROTOCOL: string;
  CONTENT_TYPE?: ByteString;
  /** Decimal; equals the number of octets that the input holds. */
  CONTENT_LENGTH?: string;
  REMOTE_ADDR?: string;
  REMOTE_PORT?: string;
  REMOTE_USER?: ByteString;
  AUTH_TYPE?: string;
  [header: `HTTP_${string}`]: ByteString | undefined;

  'tsgi.version': readonly [major: 1, minor: number];
  /** The scheme of the last hop. */
  'tsgi.url_scheme': 'http' | 'https';
  'tsgi.input': InputStreamV1;
  /** True where `tsgi.input` can be read to its end without waiting for the network. */
  'tsgi.input_buffered': boolean;
  'tsgi.errors': ErrorStreamV1;
  /** True where several threads may call the application at the same time. */
  'tsgi.multithread': boolean;
  /** True where several processes run the application. */
  'tsgi.multiprocess': boolean;
  /** True where the server expects to call the application once in this process. */
  'tsgi.run_once': boolean;
  /** True where the server may call the application while another of its bodies is not finished. */
  'tsgi.interleaved': boolean;
  /** True where the caller takes asynchronous results. */
  'tsgi.async': boolean;
  'tsgi.on_finish': OnFinishV1;

  'tsgi.async_input'?: AsyncIterable<Uint8Array>;
  'tsgi.file_wrapper'?: FileWrapperV1;
  'tsgi.signal'?: CancelSignalV1;
  'tsgi.early_hints'?: (headers: HeaderListV1) => void;
  'tsgi.trailers'?: (trailers: HeaderListV1) => void;
  'tsgi.flush_headers'?: () => void;
  'tsgi.raw_headers'?: HeaderListV1;
  'tsgi.tls'?: TlsInfoV1;
  'tsgi.state'?: Record<string, unknown>;
  [extension: `${string}.${string}`]: unknown;
}

/** A synchronous application: called once for each request. */
export type ApplicationV1 = (environ: EnvironV1, startResponse: StartResponseV1) => BodyV1;

/** Makes an application of an application. */
export type MiddlewareV1 = (application: ApplicationV1) => ApplicationV1;

/** An asynchronous response body. */
export interface AsyncBodyV1 extends AsyncIterable<Uint8Array> {
  /** Called exactly once when the server is done with the body, however that came about. */
  close?(): void | PromiseLike<void>;
}

/** An application of the asynchronous profile. Every synchronous application is one. */
export type AsyncApplicationV1 = (
  environ: EnvironV1,
  startResponse: StartResponseV1,
) => BodyV1 | AsyncBodyV1 | PromiseLike<BodyV1 | AsyncBodyV1>;

/** Makes an asynchronous application of an asynchronous application. */
export type AsyncMiddlewareV1 = (application: AsyncApplicationV1) => AsyncApplicationV1;

/** The profile under which a server calls an application. */
export type ProfileV1 = 'sync' | 'async';

/** What runs before the first request and after the last one, in each process. */
export interface LifespanV1 {
  /** Fills `tsgi.state`; a failure here is fatal. */
  startup?(state: Record<string, unknown>): void | PromiseLike<void>;
  shutdown?(state: Record<string, unknown>): void | PromiseLike<void>;
}

/** The version that a server of this specification puts into `tsgi.version`. */
export const TSGI_VERSION: readonly [major: 1, minor: 0] = Object.freeze([1, 0] as const);

export type StatusLine = StatusLineV1;
export type Header = HeaderV1;
export type HeaderList = HeaderListV1;
export type InputStream = InputStreamV1;
export type ErrorStream = ErrorStreamV1;
export type Outcome = OutcomeV1;
export type OnFinish = OnFinishV1;
export type FileRegion = FileRegionV1;
export type FileWrapper = FileWrapperV1;
export type CancelSignal = CancelSignalV1;
export type TlsInfo = TlsInfoV1;
export type Body = BodyV1;
export type StartResponse = StartResponseV1;
export type Environ = EnvironV1;
export type Application = ApplicationV1;
export type Middleware = MiddlewareV1;
export type AsyncBody = AsyncBodyV1;
export type AsyncApplication = AsyncApplicationV1;
export type AsyncMiddleware = AsyncMiddlewareV1;
export type Profile = ProfileV1;
export type Lifespan = LifespanV1;
