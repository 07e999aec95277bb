import type { ServerHttp2Stream } from 'node:http2';
import {
  type Admission,
  type RequestHead,
  type RunningExchange,
  TsgiError,
  writeOwnResponse,
} from '@tsgi/core';
import { Deadline } from '../deadline.ts';
import type { ServerSettings } from '../options.ts';
import type { RequestWatch } from '../request-watch.ts';
import { BodyFeed, type BodyFeedHost } from './body-feed.ts';
import { headOverLimit } from './head-limits.ts';
import { Http2Sink } from './http2-sink.ts';
import type { RequestHost } from './node-http-request.ts';

/** What node:http2 says of a request. */
export interface Http2Message {
  readonly stream: ServerHttp2Stream;
  /** name, value, name, value, … pseudo-header fields among them. */
  readonly rawHeaders: readonly string[];
  /** Whether the head ended the stream: there is no body. */
  readonly endStream: boolean;
}

/** How node:http2 tells of a stream; the types of node leave out the last argument. */
export type StreamListener = (
  stream: ServerHttp2Stream,
  headers: unknown,
  flags: number,
  rawHeaders: readonly string[],
) => void;

/** One request on a stream of HTTP/2, from its head to the end of cleanup. */
export class Http2Request implements BodyFeedHost {
  readonly settings: ServerSettings;
  readonly watch: RequestWatch | undefined;
  readonly #host: Omit<RequestHost, 'onRefused'>;
  readonly #stream: ServerHttp2Stream;
  readonly #head: RequestHead;
  readonly #sink: Http2Sink;
  readonly #arrival: Deadline;
  #admission: Admission | undefined;
  #exchange: RunningExchange | undefined;
  #feed: BodyFeed | undefined;
  #continueDue: boolean;
  #whole: boolean;
  #pendingParts = 2;

  constructor(message: Http2Message, host: Omit<RequestHost, 'onRefused'>) {
    const { stream } = message;
    this.#host = host;
    this.settings = host.settings;
    this.#stream = stream;
    this.#head = buildHead(message.rawHeaders);
    this.watch = host.watches?.begin(host.connection, this.#head);
    this.#whole = message.endStream;
    this.#continueDue = !message.endStream && expectsContinue(this.#head.headers);
    this.#sink = new Http2Sink(stream, {
      writeTimeout: host.settings.writeTimeout,
      trailers: wantsTrailers(this.#head.headers),
      resume: () => this.#exchange?.resume(),
      onEnd: () => this.#answered(),
    });
    this.#arrival = new Deadline(host.settings.requestTimeout, () => this.bodyLate());
    stream.once('close', () => this.#closed());
    // what is wrong with the stream is followed by its close
    stream.on('error', () => {});
    this.#begin();
  }

  #begin(): void {
    const overLimit = headOverLimit(this.#head, this.settings);
    if (overLimit !== undefined) {
      this.#refuse(overLimit);
      return;
    }
    try {
      this.#admission = this.#admit();
      const { contentLength } = this.#admission.framing;
      this.#feed = new BodyFeed(this.#stream, contentLength, this);
    } catch (error) {
      this.bodyRefused(error);
      return;
    }
    if (!this.#whole && this.settings.requestTimeout > 0) {
      this.#arrival.set();
    }
    this.#feed.start();
    if (!this.#feed.waits) {
      this.#call(this.#feed, this.#admission);
    }
  }

  #admit(): Admission {
    const admission = this.#host.gateway.admit(this.#head);
    const empty = this.#whole && admission.framing.contentLength === undefined;
    return empty ? { ...admission, framing: { contentLength: 0, declared: false } } : admission;
  }

  get bodyComplete(): boolean {
    return !this.#stream.aborted;
  }

  // RFC 9110 section 10.1.1: not once the final response has begun
  bodyAwaited(): void {
    if (this.#continueDue) {
      this.#continueDue = false;
      this.#sink.writeInterim(100, 'Continue', []);
    }
  }

  bodyWhole(): void {
    this.#whole = true;
    this.#arrival.lift();
    if (this.#exchange === undefined) {
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
    if (this.#exchange === undefined) {
      this.#refuse(408);
    } else {
      this.#feed?.fail(new TsgiError('ERR_TSGI_INPUT_ABORTED', 'a body that stopped arriving'));
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

  #refuse(status: number): void {
    if (this.#sink.ended) {
      return;
    }
    const sent = writeOwnResponse(this.#sink, this.#head.method, status);
    this.watch?.refused(status, sent);
    this.#partDone();
  }

  #answered(): void {
    this.#feed?.stop();
    this.#arrival.lift();
    if (!this.#whole) {
      this.#sink.refuseRest();
    }
  }

  #closed(): void {
    const error = new TsgiError('ERR_TSGI_ABORTED');
    this.#arrival.lift();
    if (this.#exchange === undefined) {
      if (!this.#sink.ended) {
        this.watch?.gone();
        this.#partDone();
      }
    } else if (!this.#sink.ended) {
      this.#exchange.disconnect(error);
      this.#feed?.fail(new TsgiError('ERR_TSGI_INPUT_ABORTED', undefined, error));
    }
    this.#partDone();
  }

  // Two parts end: the exchange (or refusal) and the stream.
  #partDone(): void {
    this.#pendingParts -= 1;
    if (this.#pendingParts === 0) {
      this.#feed?.dispose();
      this.#host.onDone();
    }
  }
}

function expectsContinue(headers: readonly string[]): boolean {
  return headers.some(
    (name, at) =>
      at % 2 === 0 && name === 'expect' && headers[at + 1]?.toLowerCase() === '100-continue',
  );
}

// RFC 9110 section 10.1.4: TE = [ t-codings *( OWS "," OWS t-codings ) ]; RFC 9113 section 8.2.2: of
// which HTTP/2 knows trailers only
function wantsTrailers(headers: readonly string[]): boolean {
  return headers.some(
    (name, at) =>
      at % 2 === 0 &&
      name === 'te' &&
      /(?:^|,)[\t ]*trailers[\t ]*(?:,|$)/i.test(headers[at + 1] ?? ''),
  );
}

// RFC 9113 section 8.3.1: the pseudo-header fields of a request
function buildHead(rawHeaders: readonly string[]): RequestHead {
  const pseudo = new Map<string, string>();
  const headers: string[] = [];
  const received: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string;
    const value = rawHeaders[at + 1] as string;
    if (name.startsWith(':')) {
      pseudo.set(name, value);
      continue;
    }
    received.push(name, value);
    if (name !== 'host' || !pseudo.has(':authority')) {
      headers.push(name, value);
    }
  }
  const authority = pseudo.get(':authority');
  return {
    method: pseudo.get(':method') ?? '',
    target: pseudo.get(':path') ?? '',
    protocol: 'HTTP/2',
    headers: authority === undefined ? headers : ['host', authority, ...headers],
    received,
  };
}
