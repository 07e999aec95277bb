import {
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { TLSSocket } from 'node:tls';
import { describeConnection } from './describe-connection.ts';
import { Http2Request } from './http2-request.ts';
import type { TransportHost } from './transport.ts';

/** The streams that one client may have open at a time. nginx: 128, Apache: 100. */
const MOST_STREAMS = 128;

/** What the sessions ask of their transport. */
export interface SessionsHost extends TransportHost {
  readonly onBegin: () => void;
  readonly onEnd: () => void;
}

/** The HTTP/2 sessions of one server. */
export class Http2Sessions {
  readonly #host: SessionsHost;
  readonly #sessions = new Set<ServerHttp2Session>();

  constructor(host: SessionsHost) {
    this.#host = host;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** Takes a connection whose client has chosen HTTP/2. */
  take(socket: TLSSocket): void {
    const { settings, listener } = this.#host;
    const session = performServerHandshake(socket, {
      settings: {
        maxConcurrentStreams: MOST_STREAMS,
        maxHeaderListSize: settings.maxHeaderSize,
        enablePush: false,
      },
    });
    this.#sessions.add(session);
    const connection = describeConnection(socket, listener);
    let streams = 0;
    const onStream: StreamListener = (stream, _headers, flags, rawHeaders) => {
      streams += 1;
      this.#host.onBegin();
      const message = { stream, rawHeaders, endStream: (flags & END_STREAM) !== 0 };
      const { gateway, report } = this.#host;
      const onDone = (): void => {
        streams -= 1;
        this.#host.onEnd();
      };
      // oxlint-disable-next-line no-new -- it lives as long as its stream
      new Http2Request(message, { gateway, settings, connection, report, onDone });
    };
    session.on('stream', onStream);
    session.setTimeout(settings.keepAliveTimeout, () => {
      if (streams === 0) {
        session.close();
      }
    });
    // what is wrong with the session is followed by its close
    session.on('error', () => {});
    session.once('close', () => this.#sessions.delete(session));
  }

  /** Takes no more streams; sessions close when theirs have ended. */
  drain(): void {
    for (const session of this.#sessions) {
      session.close();
    }
  }

  cutOff(): void {
    for (const session of this.#sessions) {
      session.destroy();
    }
  }
}

type StreamListener = (
  stream: ServerHttp2Stream,
  headers: unknown,
  flags: number,
  rawHeaders: readonly string[],
) => void;

/** RFC 9113 section 6.2: the flag END_STREAM of a HEADERS frame. */
const END_STREAM = 0x1;
