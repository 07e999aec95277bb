import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type Admission,
  type Connection,
  type Gateway,
  type RequestHead,
  type RunningExchange,
  TsgiError,
  writeOwnResponse,
} from '@tsgi/core';
import type { ServerSettings } from '../options.ts';
import type { RequestWatch, RequestWatches } from '../request-watch.ts';
import { BodyFeed, type BodyFeedHost } from './body-feed.ts';
import { drainBody } from './drain-body.ts';
import { headOverLimit } from './head-limits.ts';
import { NodeHttpSink } from './node-http-sink.ts';

/** What a request needs of the connection it came on. */
export interface RequestHost {
  readonly gateway: Gateway;
  readonly settings: ServerSettings;
  readonly connection: Connection;
  /** Response sent or cut off, cleanup done: the next request may begin. */
  readonly onDone: () => void;
  /** Nothing that arrives after this request is to be looked at. */
  readonly onRefused: () => void;
  /** Told of what went wrong in the server itself. */
  readonly report: (error: unknown) => void;
  readonly watches: RequestWatches | undefined;
}

/** One request on node:http, from its head to the end of cleanup. */
export class NodeHttpRequest implements BodyFeedHost {
  readonly settings: ServerSettings;
  readonly #host: RequestHost;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #sink: NodeHttpSink;
  #expectsContinue: boolean;
  /** Undefined where nobody wants to know. */
  watch: RequestWatch | undefined;
  #admission: Admission | undefined;
  #exchange: RunningExchange | undefined;
  #feed: BodyFeed | undefined;
  #refused = false;
  #truncated = false;
  #endDrain: (() => void) | undefined;
  #pendingParts = 2;

  constructor(
    message: { request: IncomingMessage; response: ServerResponse; expectsContinue: boolean },
    host: RequestHost,
  ) {
    this.#host = host;
    this.settings = host.settings;
    this.#request = message.request;
    this.#response = message.response;
    this.#expectsContinue = message.expectsContinue;
    const { writeTimeout } = host.settings;
    this.#sink = new NodeHttpSink(message.response, writeTimeout, () => this.#exchange?.resume());
    message.response.once('close', () => this.#closed());
  }

  /** Whether the body is still arriving. */
  get incomplete(): boolean {
    return !this.#request.complete;
  }

  get bodyComplete(): boolean {
    return this.#request.complete;
  }

  /** Checks the head, then reads the body or answers at once. */
  begin(): void {
    try {
      const head = buildHead(this.#request);
      this.watch = this.#host.watches?.begin(this.#host.connection, head);
      const overLimit = headOverLimit(head, this.settings);
      if (overLimit !== undefined) {
        this.#refuse(overLimit);
        return;
      }
      this.#admission = this.#host.gateway.admit(head);
      this.#feed = new BodyFeed(this.#request, this.#admission.framing.contentLength, this);
    } catch (error) {
      this.bodyRefused(error);
      return;
    }
    this.#feed.start();
    if (this.#feed.streams) {
      this.#response.once('finish', () => this.#drainUnread());
    }
    if (!this.#feed.waits) {
      this.#call(this.#feed, this.#admission);
    }
  }

  // RFC 9110 section 10.1.1: not once the final response has begun
  bodyAwaited(): void {
    if (this.#expectsContinue && !this.#response.headersSent) {
      this.#expectsContinue = false;
      this.#sink.writeContinue();
    }
  }

  bodyWhole(): void {
    if (this.#exchange === undefined && !this.#refused) {
      this.#call(this.#feed as BodyFeed, this.#admission as Admission);
    }
  }

  bodyRefused(error: unknown): void {
    if (!(error instanceof TsgiError)) {
      this.#host.report(error);
    }
    this.#refuse(error instanceof TsgiError ? error.status : 503);
  }

  bodyLate(): void {
    this.#doWithout(408, 'a body that stopped arriving');
  }

  /** The rest of the body does not come, or what came in its place is no HTTP. */
  truncated(status: number): void {
    this.#truncated = true;
    this.#doWithout(status, undefined);
    if (this.#request.socket.readableEnded) {
      this.#endDrain?.();
    }
  }

  #doWithout(status: number, got: string | undefined): void {
    if (this.#exchange === undefined) {
      this.#refuse(status);
    } else {
      this.announceClose();
      this.#feed?.fail(new TsgiError('ERR_TSGI_INPUT_ABORTED', got));
    }
  }

  /** The response, where its head has not left yet, says that the connection closes. */
  announceClose(): void {
    if (!this.#response.headersSent) {
      this.#response.shouldKeepAlive = false;
    }
  }

  #call(feed: BodyFeed, admission: Admission): void {
    const { gateway, connection } = this.#host;
    this.#exchange = gateway.handle({
      admission,
      connection,
      context: this.watch,
      input: feed.input(),
      sink: this.#sink,
      onDone: () => this.#partDone(),
    });
  }

  // A body that nobody read is read on, up to a limit, or the connection ends.
  #drainUnread(): void {
    this.#feed?.stop();
    this.#pendingParts += 1;
    this.#drain(() => {
      if (this.incomplete) {
        this.#host.onRefused();
        this.#request.socket.destroySoon();
      }
      this.#partDone();
    });
  }

  /** Answers without a call of the application; the connection closes after it. */
  #refuse(status: number): void {
    if (this.#refused) {
      return;
    }
    this.#refused = true;
    this.#feed?.stop();
    this.#response.shouldKeepAlive = false;
    this.#host.onRefused();
    const sent = writeOwnResponse(
      {
        ready: () => true,
        writeHead: (head) => this.#sink.writeHead(head),
        writeChunk: (chunk) => this.#sink.writeChunk(chunk),
        abort: () => this.#sink.abort(),
        end: () => this.#endRefusal(),
      },
      this.#request.method ?? 'GET',
      status,
    );
    const { watches, connection } = this.#host;
    const watch = this.watch ?? watches?.begin(connection, describeRequest(this.#request));
    watch?.refused(status, sent);
  }

  // Closing while octets are unread makes the system reset the connection, and the client may lose
  // the answer: this side is closed at once, and what still comes is read on for a while.
  #endRefusal(): void {
    const { socket } = this.#request;
    if (this.#nothingComes) {
      this.#sink.end();
      this.#partDone();
      return;
    }
    this.#response.flushHeaders();
    socket.end();
    this.#drain(() => {
      socket.destroy();
      this.#partDone();
    });
  }

  /** Whether no more of the body is to be expected. */
  get #nothingComes(): boolean {
    const { complete, destroyed } = this.#request;
    return complete || destroyed || this.#truncated || this.#expectsContinue;
  }

  #drain(then: () => void): void {
    if (this.#nothingComes) {
      then();
    } else {
      this.#endDrain = drainBody(this.#request, this.settings, then);
    }
  }

  // The response has left, or the connection is gone.
  #closed(): void {
    if (!this.#sink.ended && this.#exchange !== undefined) {
      const error = new TsgiError('ERR_TSGI_ABORTED');
      this.#exchange.disconnect(error);
      this.#feed?.fail(new TsgiError('ERR_TSGI_INPUT_ABORTED', undefined, error));
    } else if (this.#exchange === undefined && !this.#refused) {
      this.watch?.gone();
      this.#partDone();
    }
    this.#partDone();
  }

  // Two parts end: the exchange (or refusal) and the response on the wire.
  #partDone(): void {
    this.#pendingParts -= 1;
    if (this.#pendingParts === 0) {
      this.#feed?.dispose();
      this.#host.onDone();
    }
  }
}

/** What there is to say of a request whose head was not checked. */
export interface DescribedRequest {
  readonly method: string;
  readonly target: string;
  readonly protocol: string;
}

/** Describes a request as node:http has parsed it. */
export function describeRequest(request: IncomingMessage): DescribedRequest {
  const { method = '', url = '', httpVersion } = request;
  return { method, target: url, protocol: `HTTP/${httpVersion}` };
}

function buildHead(request: IncomingMessage): RequestHead {
  const protocol = `HTTP/${request.httpVersion}`;
  if (protocol !== 'HTTP/1.0' && protocol !== 'HTTP/1.1') {
    throw new TsgiError(protocol === 'HTTP/0.9' ? 'ERR_TSGI_TARGET' : 'ERR_TSGI_VERSION', protocol);
  }
  const headers = request.rawHeaders.map(trimField);
  return { method: request.method ?? '', target: request.url ?? '', protocol, headers };
}

// RFC 9112 section 5.1: whitespace around a value is no part of it
function trimField(text: string): string {
  return text.replace(/^[\t ]+|[\t ]+$/g, '');
}
