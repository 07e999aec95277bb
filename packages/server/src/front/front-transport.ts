import { createServer, type Server, type Socket } from 'node:net';
import { Complaints } from '../transports/complaints.ts';
import { Connections, type ManagedConnection } from '../transports/connections.ts';
import { describeConnection } from '../transports/describe-connection.ts';
import type { Transport, TransportHost } from '../transports/transport.ts';
import { FastCgiConnection } from './fastcgi-connection.ts';
import type { FrontConnectionServer } from './front-connection.ts';
import { SingleConnection } from './single-connection.ts';

/** The transport for requests from a web server in front: FastCGI, SCGI, uwsgi. */
export class FrontTransport implements Transport {
  readonly server: Server;
  readonly connections: Connections = new Connections();
  readonly #host: TransportHost;
  readonly #connectionServer: FrontConnectionServer;

  constructor(host: TransportHost, protocol: 'fastcgi' | 'scgi' | 'uwsgi') {
    this.#host = host;
    this.#connectionServer = {
      ...host,
      protocol,
      complaints: new Complaints(host.settings.errors),
      onBegin: this.connections.begin,
      onEnd: this.connections.end,
    };
    this.server = createServer({ allowHalfOpen: true, noDelay: true });
    this.server.on('connection', (socket) => this.connections.add(socket, this.#connect(socket)));
  }

  #connect(socket: Socket): ManagedConnection {
    const listening = describeConnection(socket, this.#host.listener);
    const Kind =
      this.#connectionServer.protocol === 'fastcgi' ? FastCgiConnection : SingleConnection;
    return new Kind(socket, listening, this.#connectionServer);
  }

  stopAccepting(): void {
    this.server.close();
  }
}
