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
  /** Hands on what was written; a server that buffers nothing does nothing. */
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
  /** The region of a file whose octets are those of the chunks; see `tsgi.file_wrapper`. */
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
  /** True once the response is wanted no more. */
  readonly aborted: boolean;
  /** Why the response is wanted no more; undefined before. */
  readonly reason: unknown;
  /** Calls `listener` when the signal is aborted; never where it is already. */
  addEventListener(
    type: 'abort',
    listener: () => void,
    options?: { readonly once?: boolean },
  ): void;
  /** Takes a listener back. */
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
  /** The name or address of the server's listening side; never taken from the request. */
  SERVER_NAME: string;
  /** The port of the server's listening side, in digits; never taken from the request. */
  SERVER_PORT: string;
  /** The client's version: `"HTTP/1.0"`, `"HTTP/1.1"`, `"HTTP/2"`. */
  SERVER_PROTOCOL: string;
  /** The Content-Type field, where there is one. */
  CONTENT_TYPE?: ByteString;
  /** Decimal; equals the number of octets that the input holds. */
  CONTENT_LENGTH?: string;
  /** The address of the peer of the last hop, where it is known. */
  REMOTE_ADDR?: string;
  /** The port of the peer of the last hop, in digits, where it is known. */
  REMOTE_PORT?: string;
  /** Who the server, or a middleware, found the client to be. */
  REMOTE_USER?: ByteString;
  /** The scheme by which `REMOTE_USER` was found. */
  AUTH_TYPE?: string;
  /** A request header field; fields of one name are joined. */
  [header: `HTTP_${string}`]: ByteString | undefined;

  /** The version of the interface; 1.0 is `[1, 0]`. */
  'tsgi.version': readonly [major: 1, minor: number];
  /** The scheme of the last hop. */
  'tsgi.url_scheme': 'http' | 'https';
  /** The request body. */
  'tsgi.input': InputStreamV1;
  /** True where `tsgi.input` can be read to its end without waiting for the network. */
  'tsgi.input_buffered': boolean;
  /** Where the application reports errors. */
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
  /** Registers what runs when the response is over. */
  'tsgi.on_finish': OnFinishV1;

  /** The request body of the asynchronous profile, in chunks as they arrive. */
  'tsgi.async_input'?: AsyncIterable<Uint8Array>;
  /** Makes a body of a file, which the server may send by itself. */
  'tsgi.file_wrapper'?: FileWrapperV1;
  /** Aborted when nobody will get the response any more. */
  'tsgi.signal'?: CancelSignalV1;
  /** Sends 103 Early Hints with these fields, before the response. */
  'tsgi.early_hints'?: (headers: HeaderListV1) => void;
  /** Sets the trailer fields that follow the body. */
  'tsgi.trailers'?: (trailers: HeaderListV1) => void;
  /** Sends the header section before the first chunk. */
  'tsgi.flush_headers'?: () => void;
  /** The request's header fields as received, in their order. */
  'tsgi.raw_headers'?: HeaderListV1;
  /** What is known of the TLS connection; absent without TLS. */
  'tsgi.tls'?: TlsInfoV1;
  /** What `startup` of the lifespan left for every request of the process. */
  'tsgi.state'?: Record<string, unknown>;
  /** An entry of a server or a middleware; the name has a dot. */
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
  /** Gives back what `startup` took. */
  shutdown?(state: Record<string, unknown>): void | PromiseLike<void>;
}

/** The version that a server of this specification puts into `tsgi.version`. */
export const TSGI_VERSION: readonly [major: 1, minor: 0] = Object.freeze([1, 0] as const);

/** {@link StatusLineV1}, in the current version of the interface. */
export type StatusLine = StatusLineV1;
/** {@link HeaderV1}, in the current version of the interface. */
export type Header = HeaderV1;
/** {@link HeaderListV1}, in the current version of the interface. */
export type HeaderList = HeaderListV1;
/** {@link InputStreamV1}, in the current version of the interface. */
export type InputStream = InputStreamV1;
/** {@link ErrorStreamV1}, in the current version of the interface. */
export type ErrorStream = ErrorStreamV1;
/** {@link OutcomeV1}, in the current version of the interface. */
export type Outcome = OutcomeV1;
/** {@link OnFinishV1}, in the current version of the interface. */
export type OnFinish = OnFinishV1;
/** {@link FileRegionV1}, in the current version of the interface. */
export type FileRegion = FileRegionV1;
/** {@link FileWrapperV1}, in the current version of the interface. */
export type FileWrapper = FileWrapperV1;
/** {@link CancelSignalV1}, in the current version of the interface. */
export type CancelSignal = CancelSignalV1;
/** {@link TlsInfoV1}, in the current version of the interface. */
export type TlsInfo = TlsInfoV1;
/** {@link BodyV1}, in the current version of the interface. */
export type Body = BodyV1;
/** {@link StartResponseV1}, in the current version of the interface. */
export type StartResponse = StartResponseV1;
/** {@link EnvironV1}, in the current version of the interface. */
export type Environ = EnvironV1;
/** {@link ApplicationV1}, in the current version of the interface. */
export type Application = ApplicationV1;
/** {@link MiddlewareV1}, in the current version of the interface. */
export type Middleware = MiddlewareV1;
/** {@link AsyncBodyV1}, in the current version of the interface. */
export type AsyncBody = AsyncBodyV1;
/** {@link AsyncApplicationV1}, in the current version of the interface. */
export type AsyncApplication = AsyncApplicationV1;
/** {@link AsyncMiddlewareV1}, in the current version of the interface. */
export type AsyncMiddleware = AsyncMiddlewareV1;
/** {@link ProfileV1}, in the current version of the interface. */
export type Profile = ProfileV1;
/** {@link LifespanV1}, in the current version of the interface. */
export type Lifespan = LifespanV1;
