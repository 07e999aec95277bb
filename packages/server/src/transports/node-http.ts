import { type IncomingMessage, Server as HttpServer, type ServerResponse } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import { Server as NetServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { answerTo, type ParserError } from './client-errors.ts';
import { Connections } from './connections.ts';
import { describeConnection } from './describe-connection.ts';
import { Handshakes } from './handshakes.ts';
import { Http2Connection } from './http2-connection.ts';
import { type ConnectionHost, NodeHttpConnection } from './node-http-connection.ts';
import { describeRequest } from './node-http-request.ts';
import { expectProxyHeaders } from './proxy-preamble.ts';
import { createNodeServer } from './secure-server.ts';
import type { Transport, TransportHost } from './transport.ts';

/** The node:http transport: one HTTP server and its connections. */
export class NodeHttpTransport implements Transport {
  readonly server: HttpServer | HttpsServer;
  readonly connections: Connections = new Connections();
  readonly #host: TransportHost;
  readonly #handshakes = new Handshakes(this.connections);
  readonly #http1 = new WeakMap<Socket, NodeHttpConnection>();

  constructor(host: TransportHost) {
    this.#host = host;
    const { settings } = host;
    const server = createNodeServer(
      {
        keepAliveTimeout: settings.keepAliveTimeout,
        headersTimeout: Math.min(
          settings.headersTimeout,
          settings.requestTimeout || settings.headersTimeout,
        ),
        requestTimeout: settings.requestTimeout,
        maxHeaderSize: settings.maxHeaderSize,
        connectionsCheckingInterval: 1000,
        // the gateway checks Host itself, the same for every transport
        requireHostHeader: false,
        noDelay: true,
      },
      settings,
      {
        onHandshake: (socket) => this.#handshakes.begin(socket),
        onHttp1: (socket) => this.#connect(socket),
        onHttp2: (socket) => {
          this.#handshakes.finish(socket, new Http2Connection(socket, this.#describe(socket)));
        },
      },
    );
    // node:http drops fields past its limit without a word; the limits here answer with 431
    server.maxHeadersCount = 0;
    // A client that has sent its request may close its side and still wait for the answer. Where
    // the application waits too, that is the only sign of a client that has gone.
    (server as { httpAllowHalfOpen?: boolean }).httpAllowHalfOpen = settings.profile === 'sync';
    server.on('request', (request, response) => this.#take(request, response, false));
    server.on('checkContinue', (request, response) => this.#take(request, response, true));
    server.on('connect', (request: IncomingMessage, socket) => {
      const answer = [501, 'Not Implemented'] as const;
      this.#http1.get(socket as Socket)?.refuse(answer, describeRequest(request));
    });
    server.on('clientError', (error, socket) => this.#clientError(error, socket as Socket));
    // only close() of an HTTP server ends its look-out for slow requests
    server.once('close', () => HttpServer.prototype.close.call(server));
    expectProxyHeaders(server, { settings, connections: this.connections });
    this.server = server;
  }

  stopAccepting(): void {
    // close() of an HTTP server would also cut connections that look idle
    NetServer.prototype.close.call(this.server);
  }

  #describe(socket: Socket): ConnectionHost {
    const { gateway, settings, report, watches, listener } = this.#host;
    return {
      gateway,
      settings,
      report,
      watches,
      connection: describeConnection(socket, listener),
      onBegin: this.connections.begin,
      onEnd: this.connections.end,
    };
  }

  #connect(socket: Socket): void {
    const connection = new NodeHttpConnection(socket, this.#describe(socket));
    this.#http1.set(socket, connection);
    if (socket instanceof TLSSocket) {
      this.#handshakes.finish(socket, connection);
    } else {
      this.connections.add(socket, connection);
    }
  }

  #take(request: IncomingMessage, response: ServerResponse, expectsContinue: boolean): void {
    this.#http1.get(request.socket)?.take({ request, response, expectsContinue });
  }

  #clientError(error: ParserError, socket: Socket): void {
    const connection = this.#http1.get(socket);
    const answer = answerTo(error);
    if (connection === undefined || answer === 'gone') {
      socket.destroy();
    } else if (answer !== 'late') {
      connection.refuse(answer);
    }
  }
}
