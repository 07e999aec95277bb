import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Http1Server } from '../../src/http1/index.ts';
import { collect, createArrived } from './connection-pair.ts';
import { latin1 } from './notation.ts';
import { answerEmpty } from './trace.ts';

/** A request as a server saw it. */
export interface SeenRequest {
  readonly method: string | undefined;
  readonly target: string | undefined;
  readonly fields: readonly string[];
  readonly body: string;
  readonly trailers: readonly string[];
}

/** A server of node:http that writes down what it sees, and answers 200. */
export class NodePeer {
  readonly #server: Server;
  #seen: SeenRequest[] = [];

  private constructor(server: Server) {
    this.#server = server;
    server.maxHeadersCount = 0;
  }

  static async start(): Promise<NodePeer> {
    const server = createServer();
    const peer = new NodePeer(server);
    server.on('request', (request, response) => {
      peer.#read(request, () => response.end());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return peer;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  #read(request: IncomingMessage, whole: () => void): void {
    let body = '';
    request.on('data', (chunk: Uint8Array) => {
      body += latin1(chunk);
    });
    // a request that breaks off is not seen, and its answer says why
    request.on('error', () => {});
    request.on('end', () => {
      const { method, url: target, rawHeaders: fields, rawTrailers: trailers } = request;
      this.#seen.push({ method, target, fields, body, trailers });
      whole();
    });
  }

  /** What it sees of pieces sent over one connection, and the statuses that it answers with. */
  async ask(
    pieces: readonly Uint8Array[],
  ): Promise<{ readonly seen: readonly SeenRequest[]; readonly statuses: readonly number[] }> {
    this.#seen = [];
    const socket = connect((this.#server.address() as AddressInfo).port, '127.0.0.1');
    socket.setNoDelay(true).setEncoding('latin1');
    let answer = '';
    socket.on('data', (text) => {
      answer += text as unknown as string;
    });
    // a server that has refused a request may reset the connection
    socket.on('error', () => {});
    const closed = new Promise((resolve) => {
      socket.on('close', resolve);
    });
    for (const piece of pieces) {
      await new Promise((resolve) => {
        socket.write(piece, resolve);
      });
    }
    socket.end();
    await closed;
    const statuses = Array.from(answer.matchAll(/^HTTP\/1\.1 ([2-5]\d\d)/gm), ([, code]) =>
      Number(code),
    );
    return { seen: this.#seen, statuses };
  }
}

/** The same by the engine; errors of the client are thrown. */
export function askEngine(pieces: readonly Uint8Array[]): readonly SeenRequest[] {
  const engine = new Http1Server();
  const seen: SeenRequest[] = [];
  let arrived = createArrived();
  for (const piece of [...pieces, new Uint8Array(0)]) {
    engine.receive(piece);
    collect(engine, arrived);
    while (arrived.trailers !== undefined) {
      const [head] = arrived.heads;
      if (head?.type === 'request') {
        const { method, target, headers: fields } = head;
        seen.push({ method, target, fields, body: arrived.content, trailers: arrived.trailers });
      }
      arrived = createArrived();
      answerEmpty(engine);
      if (engine.keepAlive) {
        engine.nextCycle();
        collect(engine, arrived);
      }
    }
  }
  return seen;
}
