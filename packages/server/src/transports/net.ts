import { createServer, type Server, type Socket } from 'node:net';
import { Clock } from '../clock.ts';
import { describeConnection } from './describe-connection.ts';
import { NetConnection, type NetConnectionHost } from './net-connection.ts';
import type { Counters, Transport, TransportHost } from './transport.ts';

/** The node:net transport, with the HTTP/1 engine of this project. */
export class NetTransport implements Transport {
  readonly server: Server;
  readonly #host: TransportHost;
  readonly #clock: Clock;
  readonly #connectionHost: NetConnectionHost;
  readonly #connections = new Map<Socket, NetConnection>();
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
      onBegin: this.#begin,
      onEnd: this.#end,
    };
    this.server = createServer({ allowHalfOpen: true, noDelay: true });
    this.server.on('connection', (socket) => this.#connect(socket));
    this.server.on('close', () => this.#clock.stop());
  }

  #connect(socket: Socket): void {
    const connection = new NetConnection(
      socket,
      describeConnection(socket, this.#host.listener),
      this.#connectionHost,
    );
    this.#accepted += 1;
    this.#connections.set(socket, connection);
    socket.once('close', () => {
      this.#connections.delete(socket);
      this.#checkSettled();
    });
  }

  #expire(): void {
    for (const connection of this.#connections.values()) {
      connection.expire(this.#clock.now);
    }
  }

  stopAccepting(): void {
    this.server.close();
  }

  drain(): void {
    for (const connection of this.#connections.values()) {
      connection.drain();
    }
  }

  cutOff(): void {
    for (const socket of this.#connections.keys()) {
      socket.destroy();
    }
  }

  closeIdle(): void {
    for (const connection of this.#connections.values()) {
      connection.closeIdle();
    }
  }

  counters(): Counters {
    return {
      connections: this.#connections.size,
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
}
