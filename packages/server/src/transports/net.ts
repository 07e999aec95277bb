import { createServer, type Server, type Socket } from 'node:net';
import { Clock } from '../clock.ts';
import { Connections } from './connections.ts';
import { describeConnection } from './describe-connection.ts';
import { NetConnection, type NetConnectionHost } from './net-connection.ts';
import { expectProxyHeaders } from './proxy-preamble.ts';
import type { Transport, TransportHost } from './transport.ts';

/** The node:net transport, with the HTTP/1 engine of this project. */
export class NetTransport implements Transport {
  readonly server: Server;
  readonly connections: Connections = new Connections();
  readonly #host: TransportHost;
  readonly #clock: Clock;
  readonly #connectionHost: NetConnectionHost;

  constructor(host: TransportHost) {
    this.#host = host;
    this.#clock = new Clock(() => this.#expire());
    const { settings } = host;
    this.#connectionHost = {
      ...host,
      clock: this.#clock,
      limits: {
        head: settings.maxHeaderSize,
        requestLine: settings.maxRequestLine,
        field: settings.maxFieldSize,
        fields: settings.maxFields,
      },
      onBegin: this.connections.begin,
      onEnd: this.connections.end,
    };
    this.server = createServer({ allowHalfOpen: true, noDelay: true });
    this.server.on('connection', (socket) => this.#connect(socket));
    expectProxyHeaders(this.server, { settings, connections: this.connections });
    this.server.on('close', () => this.#clock.stop());
  }

  #connect(socket: Socket): void {
    const connection = new NetConnection(
      socket,
      describeConnection(socket, this.#host.listener),
      this.#connectionHost,
    );
    this.connections.add(socket, connection);
  }

  #expire(): void {
    for (const connection of this.connections.values()) {
      connection.expire?.(this.#clock.now);
    }
  }

  stopAccepting(): void {
    this.server.close();
  }
}
