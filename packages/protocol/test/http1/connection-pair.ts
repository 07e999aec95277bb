import {
  type ClientEvent,
  Http1Client,
  Http1Server,
  type ServerEvent,
} from '../../src/http1/index.ts';
import { type Exchange, writeRequestContent, writeRequestHead, writeResponse } from './exchange.ts';
import { latin1, octets } from './notation.ts';
import { pieces } from './segmentation.ts';

/** What an end was given: the events of a message put together. */
export interface Arrived {
  heads: Exclude<ServerEvent | ClientEvent, string>[];
  content: string;
  trailers: readonly string[] | undefined;
  signal: string;
}

/** Nothing yet. */
export function createArrived(): Arrived {
  return { heads: [], content: '', trailers: undefined, signal: '' };
}

/** Takes what an engine gives, up to its next signal. */
export function collect(engine: { next(): ServerEvent | ClientEvent }, arrived: Arrived): void {
  let event = engine.next();
  for (; typeof event !== 'string'; event = engine.next()) {
    if (event.type === 'data') {
      arrived.content += latin1(event.data);
    } else if (event.type === 'end') {
      arrived.trailers = event.trailers;
    } else {
      arrived.heads.push(event);
    }
  }
  arrived.signal = event;
}

/** A client and a server that are connected in memory. */
export class ConnectionPair {
  readonly client: Http1Client = new Http1Client();
  readonly server: Http1Server = new Http1Server();
  readonly #sizes: readonly number[];
  #request = createArrived();
  #response = createArrived();

  /** `sizes` are those of the pieces in which octets arrive, on both sides. */
  constructor(sizes: readonly number[]) {
    this.#sizes = sizes;
  }

  /** Carries out an exchange; gives what came to the server, and what came to the client. */
  run(sent: Exchange): readonly [request: Arrived, response: Arrived] {
    this.#request = createArrived();
    this.#response = createArrived();
    this.#toServer(writeRequestHead(this.client, sent));
    if (sent.early) {
      this.#respond(sent);
    }
    this.#toServer(writeRequestContent(this.client, sent));
    if (!sent.early) {
      this.#respond(sent);
    }
    return [this.#request, this.#response];
  }

  #respond(sent: Exchange): void {
    this.#toClient(writeResponse(this.server, sent));
    if (this.server.closeDelimited) {
      this.client.receive(new Uint8Array(0));
      collect(this.client, this.#response);
    }
  }

  #toServer(wire: string): void {
    for (const piece of pieces(octets(wire), this.#sizes)) {
      this.server.receive(piece);
      collect(this.server, this.#request);
    }
  }

  #toClient(wire: string): void {
    for (const piece of pieces(octets(wire), this.#sizes)) {
      this.client.receive(piece);
      collect(this.client, this.#response);
    }
  }
}
