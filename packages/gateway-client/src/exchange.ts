import type { Conversation, ConversationEvent, UpstreamHead } from './conversation.ts';
import { GatewayError } from './errors.ts';
import { RequestSender } from './request-sender.ts';
import type { RequestContent } from './request-content.ts';
import type { Wire } from './wire.ts';

/** Interim responses to one request; more are a fault. Node.js takes 1 MiB of them, curl any number. */
const MOST_INTERIM = 64;

/** What an exchange is made of. */
export interface ExchangeParts {
  readonly wire: Wire;
  readonly conversation: Conversation;
  readonly content: RequestContent;
  readonly limits: ExchangeLimits;
  readonly events: ExchangeEvents;
}

/** How long an exchange waits, in milliseconds; 0 is any time. */
export interface ExchangeLimits {
  readonly continueTimeout: number;
  readonly responseTimeout: number;
  readonly idleTimeout: number;
}

/** What an exchange tells on its way. */
export interface ExchangeEvents {
  /** An interim response other than 100. */
  readonly onInterim: (status: number, headers: readonly string[]) => void;
  /** Octets that a FastCGI program wrote to its standard error. */
  readonly onStderr: (octets: Uint8Array) => void;
}

/** One request and its response over one connection. */
export class Exchange {
  readonly #parts: ExchangeParts;
  readonly #sender: RequestSender;
  #received = false;
  #over = false;
  #timer: NodeJS.Timeout | undefined;
  #interim = 0;
  /** An event that was looked at and not taken. */
  #ahead: ConversationEvent | undefined;

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
    this.#sender = new RequestSender({ ...parts, onProgress: () => this.#timer?.refresh() });
  }

  /** Whether anything has come from the upstream. */
  get received(): boolean {
    return this.#received;
  }

  /** Sends the head of the request, begins with its body, and reads up to the head of the response. */
  async open(): Promise<UpstreamHead> {
    const { responseTimeout } = this.#parts.limits;
    this.#sender.start();
    for (;;) {
      const event = await this.#next(responseTimeout);
      if (event.type === 'response') {
        this.#sender.answered();
        return event;
      }
      if (event.type === 'interim') {
        this.#takeInterim(event);
      }
    }
  }

  #takeInterim({ status, headers }: UpstreamHead): void {
    this.#interim += 1;
    // RFC 9110 section 15.2.2: nobody has asked for another protocol
    if (status === 101 || this.#interim > MOST_INTERIM) {
      throw new GatewayError('ERR_GATEWAY_PROTOCOL', `interim response ${status}`);
    }
    if (status === 100) {
      this.#sender.wanted();
    } else {
      this.#parts.events.onInterim(status, headers);
    }
  }

  /** Whether the next piece of content, or the end, is there without waiting. */
  isReady(): boolean {
    this.#ahead ??= this.#take();
    return this.#ahead !== 'need-data';
  }

  /** The next piece of the content; the trailers behind the last one. */
  async next(): Promise<Uint8Array | readonly string[]> {
    for (;;) {
      const event = await this.#next(this.#parts.limits.idleTimeout);
      if (event.type === 'data' && event.data.byteLength > 0) {
        return event.data;
      }
      if (event.type === 'end') {
        return event.trailers;
      }
    }
  }

  async #next(timeout: number): Promise<Exclude<ConversationEvent, 'need-data'>> {
    for (;;) {
      const event = this.#ahead ?? this.#take();
      this.#ahead = undefined;
      if (event !== 'need-data') {
        return event;
      }
      const octets = await this.#receive(timeout);
      this.#received ||= octets.byteLength > 0;
      this.#parts.conversation.receive(octets);
    }
  }

  #take(): ConversationEvent {
    for (;;) {
      const event = this.#parts.conversation.next();
      if (event === 'need-data' || event.type !== 'stderr') {
        return event;
      }
      this.#parts.events.onStderr(event.data);
    }
  }

  async #receive(timeout: number): Promise<Uint8Array> {
    const { wire } = this.#parts;
    if (timeout > 0) {
      this.#timer = setTimeout(() => this.#expire(timeout), timeout);
    }
    try {
      return await wire.read();
    } finally {
      clearTimeout(this.#timer);
      this.#timer = undefined;
    }
  }

  // While the client is to send the body, it is not the upstream that is late
  #expire(timeout: number): void {
    if (this.#sender.waitsForClient) {
      this.#timer?.refresh();
    } else {
      this.#parts.wire.fail(new GatewayError('ERR_GATEWAY_TIMEOUT', `${timeout} ms of nothing`));
    }
  }

  /** Ends a response that came whole; the connection, where it can be used again. */
  finish(): Wire | undefined {
    const { wire, conversation } = this.#parts;
    this.#over = true;
    const isReusable = this.#sender.isDone && conversation.isReusable();
    this.#sender.stop();
    if (isReusable) {
      return wire;
    }
    wire.destroy();
    return undefined;
  }

  /** Gives up; the upstream is told where its protocol can say it. */
  cancel(): void {
    if (this.#over) {
      return;
    }
    this.#over = true;
    this.#sender.stop();
    this.#parts.wire.destroyAfter(this.#parts.conversation.cancel());
  }
}
