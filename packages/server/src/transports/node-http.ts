import type { IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import { Server as NetServer, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { isHost } from '@tsgi/core';
import { describeConnection } from './describe-connection.ts';
import { Http2Sessions } from './http2-sessions.ts';
import { NodeHttpConnection } from './node-http-connection.ts';
import { createNodeServer } from './secure-server.ts';
import type { Counters, Transport, TransportHost } from './transport.ts';

/** The node:http transport: one HTTP server and its connections. */
export class NodeHttpTransport implements Transport {
  readonly server: HttpServer | HttpsServer;
  readonly #host: TransportHost;
  readonly #http2: Http2Sessions;
  readonly #connections = new Map<Socket, NodeHttpConnection>();
  #accepted = 0;
  #requests = 0;
  #running = 0;
  #whenSettled: (() => void) | undefined;

  readonly #begin = (): void => {
    this.#requests += 1;
    this.#running += 1;
  };

  readonly #end = (): void => {
    this.#running -= 1;
    this.#checkSettled();
  };

  constructor(host: TransportHost) {
    this.#host = host;
    const { settings } = host;
    this.#http2 = new Http2Sessions({ ...host, onBegin: this.#begin, onEnd: this.#end });
    const options = {
      keepAliveTimeout: settings.keepAliveTimeout,
      headersTimeout: Math.min(settings.headersTimeout, settings.requestTimeout),
      requestTimeout: settings.requestTimeout,
      maxHeaderSize: settings.maxHeaderSize,
      connectionsCheckingInterval: 1000,
      // the gateway checks Host itself, the same for every transport
      requireHostHeader: false,
      noDelay: true,
    };
    const server = createNodeServer(options, settings.tls, (socket) => {
      this.#accepted += 1;
      this.#http2.take(socket);
    });
    // node:http drops fields past its limit without a word; the size of the head is the limit here
    server.maxHeadersCount = 0;
    // A client that has sent its request may close its side and still wait for the answer. Where
    // the application waits too, that is the only sign of a client that has gone.
    (server as { httpAllowHalfOpen?: boolean }).httpAllowHalfOpen = settings.profile === 'sync';
    if (settings.tls === undefined) {
      server.on('connection', (socket: Socket) => this.#connect(socket));
    } else {
      server.prependListener('secureConnection', (socket: TLSSocket) => {
        if (socket.alpnProtocol !== 'h2') {
          this.#connect(socket);
        }
      });
      // a handshake that fails is the client's affair
      server.on('tlsClientError', (_error, socket) => socket.destroy());
    }
    server.on('request', (request, response) => this.#take(request, response, false));
    server.on('checkContinue', (request, response) => this.#take(request, response, true));
    server.on('connect', (_request: IncomingMessage, socket) => {
      this.#connections.get(socket as Socket)?.refuse(501, 'Not Implemented');
    });
    server.on('clientError', (error, socket) => this.#clientError(error, socket as Socket));
    this.server = server;
  }

  stopAccepting(): void {
    // close() of an HTTP server would also cut connections that look idle
    NetServer.prototype.close.call(this.server);
  }

  cutOff(): void {
    this.server.closeAllConnections();
    this.#http2.cutOff();
  }

  drain(): void {
    for (const connection of this.#connections.values()) {
      connection.drain();
    }
    this.#http2.drain();
  }

  closeIdle(): void {
    for (const connection of this.#connections.values()) {
      connection.closeIdle();
    }
  }

  counters(): Counters {
    return {
      connections: this.#connections.size + this.#http2.size,
      accepted: this.#accepted,
      active: this.#running,
      requests: this.#requests,
    };
  }

  settled(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenSettled = resolve;
      this.#checkSettled();
    });
  }

  #checkSettled(): void {
    if (this.#running === 0 && this.#connections.size === 0) {
      this.#whenSettled?.();
    }
  }

  #connect(socket: Socket): void {
    const { gateway, settings, report } = this.#host;
    const connection = new NodeHttpConnection(socket, {
      gateway,
      settings,
      report,
      connection: describeConnection(socket, this.#host.listener),
      onBegin: this.#begin,
      onEnd: this.#end,
    });
    this.#accepted += 1;
    this.#connections.set(socket, connection);
    socket.once('close', () => {
      this.#connections.delete(socket);
      this.#checkSettled();
    });
  }

  #take(request: IncomingMessage, response: ServerResponse, expectsContinue: boolean): void {
    this.#connections.get(request.socket)?.take({ request, response, expectsContinue });
  }

  #clientError(error: ParserError, socket: Socket): void {
    const connection = this.#connections.get(socket);
    const answer = answerTo(error);
    if (connection === undefined || answer === 'gone') {
      socket.destroy();
    } else if (answer !== 'late') {
      connection.refuse(...answer);
    }
  }
}

type Answer = readonly [status: number, reason: string] | 'gone' | 'late';

/** What node's parser says of what it refuses. */
interface ParserError extends Error {
  readonly code?: string;
  readonly rawPacket?: Buffer;
  readonly bytesParsed?: number;
}

const BAD_REQUEST: Answer = [400, 'Bad Request'];

/** What a failure of node's parser is answered with; everything else is a bad request. */
const CLIENT_ERRORS: Readonly<Record<string, Answer>> = {
  ECONNRESET: 'gone',
  EPIPE: 'gone',
  ETIMEDOUT: 'gone',
  // octets after a request that closes the connection
  HPE_CLOSED_CONNECTION: 'late',
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'Content Too Large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout'],
};

function answerTo(error: ParserError): Answer {
  if (error.code === 'HPE_INVALID_URL' && isAuthorityForm(error)) {
    return [501, 'Not Implemented'];
  }
  return CLIENT_ERRORS[error.code ?? ''] ?? BAD_REQUEST;
}

// RFC 9112 section 3.2.3: authority-form, which the parser refuses but with CONNECT
function isAuthorityForm({ rawPacket, bytesParsed }: ParserError): boolean {
  const text = rawPacket?.toString('latin1') ?? '';
  const line = text.slice(text.lastIndexOf('\n', bytesParsed) + 1).split('\r\n', 1)[0] ?? '';
  const target = /^\S+ ([^\s/?#]+:[0-9]+) HTTP\/1\.[01]$/.exec(line)?.[1];
  return target !== undefined && !target.startsWith(':') && isHost(target);
}
