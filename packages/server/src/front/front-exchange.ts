import { type Connection, type Gateway, TsgiError, writeOwnResponse } from '@tsgi/core';
import { CgiError, encodePath, parseVariables } from '@tsgi/protocol/cgi';
import { Deadline } from '../deadline.ts';
import type { ServerSettings } from '../options.ts';
import type { RequestWatch, RequestWatches } from '../request-watch.ts';
import { headOverLimit } from '../transports/head-limits.ts';
import { createRequestBody, type RequestBody } from '../transports/request-body.ts';
import { ServedRequest, type ServedRequestHost } from '../transports/served-request.ts';
import { frontLimits } from './front-limits.ts';
import { clientOf, type FrontProtocol, readFrontRequest } from './front-request.ts';
import { type FrontOutput, FrontSink } from './front-sink.ts';

/** What the requests from fronts need of their server. */
export interface FrontServer {
  readonly gateway: Gateway;
  readonly settings: ServerSettings;
  readonly protocol: FrontProtocol;
  readonly report: (error: unknown) => void;
  readonly watches: RequestWatches | undefined;
  readonly onBegin: () => void;
  readonly onEnd: () => void;
}

/** What a request needs of the connection on which it arrives. */
export interface FrontLink {
  /** The listening side, where the front does not say more. */
  readonly listening: Connection;
  readonly output: FrontOutput;
  /** Makes the body; the transport's own way, where it has one. */
  readonly createBody?: (length: number | undefined) => RequestBody;
  /** Whether the request holds has changed. */
  balance(): void;
  /** The front says what cannot be: it is set up in a wrong way. */
  complain(error: unknown): void;
  /** The response is handed over whole, or cut off; what still comes of the request is of no use. */
  answered(): void;
}

/** The variables of a request as a codec gives them. */
export interface GivenVariables {
  /** name, value, name, value, … one code unit for each octet. */
  readonly variables: readonly string[];
  /** Octets of content; undefined where its end says how many there are. */
  readonly contentLength: number | undefined;
}

/** One request from a web server in front, from its variables to the end of its response. */
export class FrontExchange implements ServedRequestHost {
  readonly gateway: Gateway;
  readonly #server: FrontServer;
  readonly #link: FrontLink;
  readonly #sink: FrontSink;
  readonly #stall: Deadline;
  readonly #arrival: Deadline;
  #connection: Connection;
  #method = 'GET';
  #watch: RequestWatch | undefined;
  #request: ServedRequest | undefined;
  #held = false;

  constructor(server: FrontServer, link: FrontLink) {
    const { bodyTimeout, requestTimeout, writeTimeout } = server.settings;
    this.gateway = server.gateway;
    this.#server = server;
    this.#link = link;
    this.#connection = link.listening;
    this.#stall = new Deadline(bodyTimeout, () => this.#late());
    this.#arrival = new Deadline(requestTimeout, () => this.#late());
    this.#sink = new FrontSink({
      output: link.output,
      protocol: server.protocol,
      writeTimeout,
      onReady: () => this.#request?.resume(),
      onEnd: () => this.#over(),
      onStuck: () => this.#stuck(),
    });
  }

  get connection(): Connection {
    return this.#connection;
  }

  get watch(): RequestWatch | undefined {
    return this.#watch;
  }

  /** Whether more of the body is not wanted yet. */
  get held(): boolean {
    return this.#held && !this.#sink.ended;
  }

  /** Whether the application has been called. */
  get called(): boolean {
    return this.#request?.called === true;
  }

  /** Whether the response was handed over whole or cut off. */
  get answered(): boolean {
    return this.#sink.ended;
  }

  /** The variables have arrived. */
  begin({ variables, contentLength }: GivenVariables): void {
    this.#stall.lift();
    try {
      this.#request = this.#admit(variables, contentLength);
    } catch (error) {
      this.#refuseFor(error);
      return;
    }
    if (this.#request === undefined) {
      return;
    }
    this.#server.onBegin();
    if (contentLength !== 0 && this.#server.settings.requestTimeout > 0) {
      this.#arrival.set();
    }
    this.#request.begin();
    if (!this.called) {
      this.#stall.set();
    }
  }

  #admit(
    variables: readonly string[],
    contentLength: number | undefined,
  ): ServedRequest | undefined {
    const { settings, protocol, watches } = this.#server;
    const cgi = parseVariables(variables, frontLimits(settings));
    this.#connection = clientOf(cgi, this.#link.listening.serverName);
    const target = cgi.target ?? encodePath(cgi.scriptName + cgi.pathInfo);
    const { method, headers } = cgi;
    this.#method = method;
    this.#watch = watches?.begin(this.#connection, {
      method,
      target,
      headers,
      protocol: cgi.protocol,
    });
    const { scriptName, pathSource } = settings;
    const { head, framing, place } = readFrontRequest(
      { list: variables, cgi, contentLength },
      { protocol, scriptName, pathSource },
    );
    const over = headOverLimit(head, settings);
    if (over !== undefined) {
      this.refuse(over);
      return undefined;
    }
    const admission = this.gateway.admitAt(head, framing, place);
    const body =
      this.#link.createBody?.(contentLength) ??
      createRequestBody(settings, contentLength, this.#pullBody);
    return new ServedRequest({ admission, sink: this.#sink, body }, this);
  }

  readonly #pullBody = (): void => {
    this.#stall.set();
    this.#held = false;
    this.#link.balance();
  };

  /** The variables are there, and what comes next says what the body is. */
  awaitContent(): void {
    this.#stall.set();
  }

  /** Octets of the body have arrived. */
  takeData(data: Uint8Array): void {
    const request = this.#request;
    this.#watch?.received(data.byteLength);
    if (request === undefined || this.#sink.ended) {
      return;
    }
    if (request.called) {
      this.#stall.lift();
    } else {
      this.#stall.set();
    }
    try {
      this.#held = !request.write(data);
    } catch (error) {
      this.#refuseBody(request, error);
    }
  }

  #refuseBody(request: ServedRequest, error: unknown): void {
    if (!request.called) {
      this.#refuseFor(error);
    } else if (error instanceof TsgiError) {
      request.fail(error);
    }
  }

  /** The request has arrived whole. */
  takeEnd(): void {
    this.#arrived();
    this.#held = false;
    if (!this.#sink.ended) {
      this.#request?.end();
    }
  }

  #arrived(): void {
    this.#stall.lift();
    this.#arrival.lift();
  }

  /** The rest of the request is broken, or does not come. */
  broken(error: unknown, status: number): void {
    this.#arrived();
    if (this.called) {
      this.#request?.fail(new TsgiError('ERR_TSGI_INPUT_ABORTED', undefined, error));
    } else if (!this.#sink.ended) {
      this.refuse(status);
    }
  }

  #late(): void {
    this.broken(new TsgiError('ERR_TSGI_INPUT_ABORTED', 'a body that stopped arriving'), 408);
  }

  #refuseFor(error: unknown): void {
    if (error instanceof TsgiError || error instanceof CgiError) {
      if (error.code === 'ERR_TSGI_FRAMING' || error instanceof CgiError) {
        this.#link.complain(error);
      }
      this.refuse(error.status);
    } else {
      this.#server.report(error);
      this.refuse(503);
    }
  }

  /** Answers without a call of the application. */
  refuse(status: number): void {
    this.#request?.abandon();
    const watch = this.#watch ?? this.#server.watches?.begin(this.#connection);
    const sent = writeOwnResponse(this.#sink, this.#method, status);
    watch?.refused(status, sent);
  }

  // Told once: what is stuck after the end of the response is past the end of the exchange.
  #stuck(): void {
    const { ended } = this.#sink;
    this.disconnect();
    this.#link.output.abort();
    if (!ended) {
      this.#link.answered();
    }
  }

  #over(): void {
    this.#arrived();
    this.#held = false;
    this.#link.answered();
  }

  /** The connection is gone, or the front wants no response any more. */
  disconnect(): void {
    this.#arrived();
    if (!this.#sink.ended) {
      this.#sink.closed();
      this.#request?.disconnect();
    }
    this.#watch?.gone();
  }

  requestDone(): void {
    this.#server.onEnd();
  }
}
