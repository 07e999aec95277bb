import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Connection, Gateway } from '@tsgi/core';
import { saysClose } from '@tsgi/protocol/http1';
import type { ServerSettings } from '../options.ts';
import type { RequestWatches } from '../request-watch.ts';
import type { ManagedConnection } from './connections.ts';
import { type DescribedRequest, NodeHttpRequest } from './node-http-request.ts';

/** Requests that may wait on one connection; what a client pipelines beyond is not answered. */
const PIPELINE_LIMIT = 1000;

/** What a connection needs of its server. */
export interface ConnectionHost {
  readonly gateway: Gateway;
  readonly settings: ServerSettings;
  readonly connection: Connection;
  readonly report: (error: unknown) => void;
  readonly watches: RequestWatches | undefined;
  /** A request begins. */
  readonly onBegin: () => void;
  /** A request is over, its cleanup done. */
  readonly onEnd: () => void;
}

interface Message {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly expectsContinue: boolean;
}

/** One connection on node:http: its requests one after the other, in the order of arrival. */
export class NodeHttpConnection implements ManagedConnection {
  readonly #host: ConnectionHost;
  readonly #socket: Socket;
  readonly #queue: Message[] = [];
  #active: NodeHttpRequest | undefined;
  #requests = 0;
  #closing = false;
  #draining = false;
  #lastWords: string | undefined;

  constructor(socket: Socket, host: ConnectionHost) {
    this.#socket = socket;
    this.#host = host;
  }

  /** Whether no request is at work or waits. */
  get idle(): boolean {
    return this.#active === undefined && this.#queue.length === 0;
  }

  /** Takes a request whose head has arrived. */
  take(message: Message): void {
    if (this.#closing) {
      return;
    }
    if (this.#queue.length === PIPELINE_LIMIT) {
      this.#closing = true;
      return;
    }
    this.#requests += 1;
    // The parser of node:http overlooks `close` in a list with tabs.
    this.#closing =
      this.#requests === this.#host.settings.maxRequestsPerConnection ||
      saysClose(message.request.rawHeaders);
    this.#queue.push(message);
    if (this.#active === undefined) {
      this.#next();
    }
  }

  /** Answers with one of the server's own responses once what is at work is done, and closes. */
  refuse([status, reason]: readonly [number, string], head?: DescribedRequest): void {
    if (this.#closing && this.#lastWords !== undefined) {
      return;
    }
    this.#closing = true;
    if (this.#active?.incomplete === true) {
      this.#lastWords = '';
      this.#active.truncated(status);
      return;
    }
    this.#lastWords = rawResponse(status, reason);
    this.#host.watches
      ?.begin(this.#host.connection, head)
      .refused(status, contentOf(status, reason).length);
    if (this.idle) {
      this.#sayLastWords();
    }
  }

  drain(): void {
    this.#draining = true;
    if (this.#queue.length === 0) {
      this.#active?.announceClose();
    }
  }

  closeIdle(): void {
    if (this.idle) {
      this.#socket.destroySoon();
    }
  }

  #next(): void {
    const message = this.#queue.shift();
    if (message === undefined) {
      this.#active = undefined;
      if (this.#closing || this.#draining) {
        this.#sayLastWords();
      }
      return;
    }
    if ((this.#closing || this.#draining) && this.#queue.length === 0) {
      message.response.shouldKeepAlive = false;
    }
    const { gateway, settings, connection, report, watches, onBegin, onEnd } = this.#host;
    onBegin();
    this.#active = new NodeHttpRequest(message, {
      gateway,
      settings,
      connection,
      report,
      watches,
      onDone: () => {
        onEnd();
        this.#next();
      },
      onRefused: () => {
        this.#closing = true;
        this.#queue.length = 0;
        this.#lastWords = '';
      },
    });
    this.#active.begin();
  }

  #sayLastWords(): void {
    const socket = this.#socket;
    if (socket.destroyed || !socket.writable) {
      return;
    }
    socket.end(this.#lastWords ?? '', 'latin1');
    const timer = setTimeout(() => socket.destroy(), this.#host.settings.drainTimeout);
    socket.once('close', () => clearTimeout(timer));
  }
}

function contentOf(status: number, reason: string): string {
  return `${status} ${reason}\n`;
}

function rawResponse(status: number, reason: string): string {
  const text = contentOf(status, reason);
  return [
    `HTTP/1.1 ${status} ${reason}`,
    'Content-Type: text/plain',
    `Content-Length: ${text.length}`,
    'Connection: close',
    '',
    text,
  ].join('\r\n');
}
