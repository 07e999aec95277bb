import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type Admission,
  bufferedRequestInput,
  type Connection,
  EMPTY_SOURCE,
  type Gateway,
  type RequestHead,
  type RequestInput,
  type RunningExchange,
  type StreamedInput,
  streamedRequestInput,
  TsgiError,
  writeOwnResponse,
} from '@tsgi/core';
import type { ServerSettings } from '../options.ts';
import { Spool } from '../spool.ts';
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
}

/** One request on node:http, from its head to the end of cleanup. */
export class NodeHttpRequest {
  readonly #host: RequestHost;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #sink: NodeHttpSink;
  #expectsContinue: boolean;
  #exchange: RunningExchange | undefined;
  #stream: StreamedInput | undefined;
  #spool: Spool | undefined;
  #received = 0;
  #refused = false;
  #truncated = false;
  #pendingParts = 2;

  constructor(
    message: { request: IncomingMessage; response: ServerResponse; expectsContinue: boolean },
    host: RequestHost,
  ) {
    this.#host = host;
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

  /** Checks the head, then reads the body or answers at once. */
  begin(): void {
    if (this.#request.rawHeaders.length > 2 * this.#host.settings.maxFields) {
      this.#refuse(431);
      return;
    }
    let admission: Admission;
    try {
      admission = this.#host.gateway.admit(buildHead(this.#request));
      this.#checkDeclaredLength(admission.framing.contentLength);
    } catch (error) {
      this.#refuse(this.#statusOf(error));
      return;
    }
    if (admission.framing.contentLength === 0) {
      this.#request.resume();
      this.#call(admission, bufferedRequestInput(EMPTY_SOURCE));
    } else if (this.#host.settings.profile === 'async') {
      this.#streamBody(admission);
    } else {
      this.#bufferBody(admission);
    }
  }

  /** The rest of the body does not come, or what came in its place is no HTTP. */
  truncated(status: number): void {
    this.#truncated = true;
    if (this.#exchange === undefined) {
      this.#refuse(status);
    } else {
      this.#stream?.fail(new TsgiError('ERR_TSGI_INPUT_ABORTED'));
    }
  }

  /** The response, where its head has not left yet, says that the connection closes. */
  announceClose(): void {
    if (!this.#response.headersSent) {
      this.#response.shouldKeepAlive = false;
    }
  }

  #checkDeclaredLength(length: number | undefined): void {
    if (length !== undefined && length > this.#host.settings.maxBodySize) {
      throw new TsgiError('ERR_TSGI_INPUT_TOO_LARGE', length);
    }
  }

  // RFC 9110 section 10.1.1: not once the final response has begun
  #continue(): void {
    if (this.#expectsContinue && !this.#response.headersSent) {
      this.#expectsContinue = false;
      this.#response.writeContinue();
    }
  }

  #bufferBody(admission: Admission): void {
    const spool = new Spool(this.#host.settings.bodyMemory);
    this.#spool = spool;
    this.#request.on('data', (chunk: Uint8Array) => {
      this.#takeChunk(chunk, () => spool.write(chunk));
    });
    this.#request.once('end', () => {
      if (!this.#refused && this.#request.complete) {
        this.#call(admission, bufferedRequestInput(spool.source()));
      }
    });
    this.#continue();
  }

  #streamBody(admission: Admission): void {
    const pull = (): void => {
      this.#continue();
      this.#request.resume();
    };
    const { input, stream } = streamedRequestInput({ pull }, admission.framing.contentLength);
    this.#stream = stream;
    this.#request.on('data', (chunk: Uint8Array) => {
      this.#takeChunk(chunk, () => {
        if (!stream.push(chunk)) {
          this.#request.pause();
        }
      });
    });
    this.#request.once('end', () => stream.end());
    this.#request.pause();
    this.#response.once('finish', () => this.#drainUnread());
    this.#call(admission, input);
  }

  #takeChunk(chunk: Uint8Array, store: () => void): void {
    if (this.#refused || this.#sink.ended) {
      return;
    }
    this.#received += chunk.byteLength;
    try {
      if (this.#received > this.#host.settings.maxBodySize) {
        throw new TsgiError('ERR_TSGI_INPUT_TOO_LARGE', this.#received);
      }
      store();
    } catch (error) {
      this.#tooMuch(error);
    }
  }

  #tooMuch(error: unknown): void {
    if (this.#exchange === undefined) {
      this.#refuse(this.#statusOf(error));
    } else if (error instanceof TsgiError) {
      this.#stream?.fail(error);
    }
  }

  #statusOf(error: unknown): number {
    if (error instanceof TsgiError) {
      return error.status;
    }
    this.#host.report(error);
    return 503;
  }

  #call(admission: Admission, input: RequestInput): void {
    const { gateway, connection } = this.#host;
    this.#exchange = gateway.handle({
      admission,
      connection,
      input,
      sink: this.#sink,
      onDone: () => this.#partDone(),
    });
  }

  // A body that nobody read is read on, up to a limit, or the connection ends.
  #drainUnread(): void {
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
    this.#spool?.dispose();
    this.#response.shouldKeepAlive = false;
    this.#host.onRefused();
    writeOwnResponse(
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
    const { drainLimit, drainTimeout } = this.#host.settings;
    const request = this.#request;
    if (this.#nothingComes) {
      then();
      return;
    }
    let left = drainLimit;
    let done = false;
    const finish = (): void => {
      if (!done) {
        done = true;
        clearTimeout(timer);
        then();
      }
    };
    const timer = setTimeout(finish, drainTimeout);
    request.on('data', (chunk: Uint8Array) => {
      left -= chunk.byteLength;
      if (left < 0) {
        finish();
      }
    });
    request.once('end', finish);
    request.once('close', finish);
    request.resume();
  }

  // The response has left, or the connection is gone.
  #closed(): void {
    if (!this.#sink.ended && this.#exchange !== undefined) {
      const error = new TsgiError('ERR_TSGI_ABORTED');
      this.#exchange.disconnect(error);
      this.#stream?.fail(new TsgiError('ERR_TSGI_INPUT_ABORTED', undefined, error));
    } else if (this.#exchange === undefined && !this.#refused) {
      this.#partDone();
    }
    this.#partDone();
  }

  // Two parts end: the exchange (or refusal) and the response on the wire.
  #partDone(): void {
    this.#pendingParts -= 1;
    if (this.#pendingParts === 0) {
      this.#spool?.dispose();
      this.#host.onDone();
    }
  }
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
