import { performServerHandshake, type ServerHttp2Session, type ServerOptions } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import { Deadline } from '../deadline.ts';
import type { ServerSettings } from '../options.ts';
import type { ManagedConnection } from './connections.ts';
import { Http2Request, type StreamListener } from './http2-request.ts';
import type { ConnectionHost } from './node-http-connection.ts';

/** The streams that one client may have open at a time. nginx: 128, Apache: 100. */
const MOST_STREAMS = 128;
/** Pseudo-header fields of a request: RFC 9113 section 8.3.1. */
const PSEUDO_FIELDS = 4;
/** SETTINGS and PING frames that may wait for their answer to be read. */
const MOST_OUTSTANDING = 10;
/** Frames that break the protocol, and streams beyond the limit, before the session is ended. */
const MOST_OFFENCES = 100;

/** One connection that speaks HTTP/2: its session and its streams. */
export class Http2Connection implements ManagedConnection {
  readonly #host: ConnectionHost;
  readonly #socket: TLSSocket;
  readonly #session: ServerHttp2Session;
  readonly #first: Deadline;
  readonly #idle: Deadline;
  readonly #cut: Deadline;
  #requests = 0;
  #running = 0;
  #draining = false;

  constructor(socket: TLSSocket, host: ConnectionHost) {
    const { settings } = host;
    this.#host = host;
    this.#socket = socket;
    this.#first = new Deadline(settings.headersTimeout, () => this.#close());
    this.#idle = new Deadline(settings.keepAliveTimeout, () => this.#close());
    const session = performServerHandshake(socket, sessionOptions(settings));
    this.#session = session;
    this.#cut = new Deadline(settings.drainTimeout, () => socket.destroy());
    this.#first.set();
    session.on('stream', this.#begin);
    // what is wrong with the session is followed by its close
    session.on('error', () => {});
    socket.once('close', () => {
      for (const deadline of [this.#first, this.#idle, this.#cut]) {
        deadline.lift();
      }
    });
  }

  readonly #begin: StreamListener = (stream, _headers, flags, rawHeaders) => {
    this.#first.lift();
    this.#idle.lift();
    this.#requests += 1;
    this.#running += 1;
    this.#host.onBegin();
    const message = { stream, rawHeaders, endStream: (flags & END_STREAM) !== 0 };
    // oxlint-disable-next-line no-new -- it lives as long as its stream
    new Http2Request(message, { ...this.#host, onDone: () => this.#end() });
    if (this.#draining || this.#requests === this.#host.settings.maxRequestsPerConnection) {
      this.#session.close();
    }
  };

  #end(): void {
    this.#running -= 1;
    this.#host.onEnd();
    if (this.#running > 0 || this.#socket.destroyed) {
      return;
    }
    if (this.#session.closed) {
      this.#cut.set();
    } else {
      this.#idle.set();
    }
  }

  // RFC 9113 section 6.8: GOAWAY; a client that does not read it is cut off
  #close(): void {
    this.#session.close();
    this.#cut.set();
  }

  drain(): void {
    this.#draining = true;
    if (this.#running > 0) {
      this.#session.close();
    }
  }

  closeIdle(): void {
    if (this.#running === 0) {
      this.#close();
    }
  }
}

// What is above a limit by little is answered with 431; what is far above it, node:http2 refuses
// with ENHANCE_YOUR_CALM before it is all in memory.
function sessionOptions(settings: ServerSettings): ServerOptions {
  return {
    settings: {
      maxConcurrentStreams: MOST_STREAMS,
      maxHeaderListSize: 2 * settings.maxHeaderSize,
      enablePush: false,
    },
    maxHeaderListPairs: 2 * settings.maxFields + PSEUDO_FIELDS,
    maxOutstandingPings: MOST_OUTSTANDING,
    maxSessionInvalidFrames: MOST_OFFENCES,
    maxSessionRejectedStreams: MOST_OFFENCES,
  };
}

/** RFC 9113 section 6.2: the flag END_STREAM of a HEADERS frame. */
const END_STREAM = 0x1;
