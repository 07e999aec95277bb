import type { Environ, ErrorStream, Profile } from '@tsgi/types';
import type { Credentials, RequestFields } from './request-options.ts';

/** A server that runs. */
export interface RunningServer {
  /** Such as `http://127.0.0.1:8000`: requests go to its host and port, over plain HTTP. */
  readonly url: string;
  /** Stops the server. */
  close(): Promise<unknown>;
}

/** A server that a client may start in place of calling the application itself. */
export type StartServer = (
  application: never,
  options: {
    readonly host: string;
    readonly port: number;
    readonly profile: Profile;
    readonly scriptName: string;
    readonly errors: ErrorStream;
  },
) => Promise<RunningServer>;

/** How a client calls its application. */
export interface ClientOptions {
  /** Where the application is mounted. Default: at the root. */
  readonly scriptName?: string | undefined;
  /** The Host of every request, and the name of the server. Default `localhost`. */
  readonly host?: string | undefined;
  /** `tsgi.url_scheme` in process, and what Secure cookies go by. Default `http`. */
  readonly scheme?: 'http' | 'https' | undefined;
  /** SERVER_PROTOCOL; a real server (`via`) is always asked in HTTP/1.1. Default `HTTP/1.1`. */
  readonly protocol?: 'HTTP/1.0' | 'HTTP/1.1' | undefined;
  /** REMOTE_ADDR; of no effect with a real server (`via`). Default `127.0.0.1`. */
  readonly remoteAddress?: string | undefined;
  /** Fields of every request that does not have them itself. */
  readonly headers?: RequestFields | undefined;
  /** Sent as Authorization with every request that has no credentials of its own. */
  readonly auth?: Credentials | undefined;
  /** Entries put over those of every environ. */
  readonly environ?: Readonly<Partial<Environ>> | undefined;
  /** Whether a rule that the application breaks makes the request throw. Default true. */
  readonly lint?: boolean | undefined;
  /** Whether environ has the optional entries, such as `tsgi.file_wrapper`. Default true. */
  readonly extensions?: boolean | undefined;
}

/** How an asynchronous client calls its application. */
export interface AsyncClientOptions extends ClientOptions {
  /**
   * Sends the requests through a real server: one that this function starts, such as `serve` of
   * `@tsgi/server`, or one that listens at a URL already.
   */
  readonly via?: StartServer | string | undefined;
}
