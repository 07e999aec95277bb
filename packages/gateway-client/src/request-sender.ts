import type { Conversation } from './conversation.ts';
import { GatewayError } from './errors.ts';
import type { ExchangeLimits } from './exchange.ts';
import { type RequestContent, toContentError } from './request-content.ts';
import type { Wire } from './wire.ts';

/** What a sender is made of. */
export interface SenderParts {
  readonly wire: Wire;
  readonly conversation: Conversation;
  readonly content: RequestContent;
  readonly limits: Pick<ExchangeLimits, 'continueTimeout'>;
  /** The upstream has taken octets. */
  readonly onProgress: () => void;
}

/** Sends one request, its body as fast as client and upstream allow. */
export class RequestSender {
  readonly #parts: SenderParts;
  #done = false;
  #stopped = false;
  #waitsForClient = false;
  #pieces: AsyncIterator<Uint8Array> | undefined;
  #isWanted = false;
  #whenWanted: (() => void) | undefined;

  constructor(parts: SenderParts) {
    this.#parts = parts;
  }

  /** Whether the request has gone whole. */
  get isDone(): boolean {
    return this.#done;
  }

  /** Whether it is the client that has to send something. */
  get waitsForClient(): boolean {
    return this.#waitsForClient;
  }

  /**
   * Begins. An upstream that takes no more is no fault here: it may have answered already, and whoever
   * reads its answer finds out. A body that does not arrive whole ends the exchange.
   */
  start(): void {
    const { wire } = this.#parts;
    this.#send().catch((error: unknown) => {
      if (!wire.isLost) {
        wire.fail(error instanceof ContentFault ? error.reason : error);
      }
    });
  }

  async #send(): Promise<void> {
    const { wire, conversation, content, onProgress } = this.#parts;
    const head = conversation.begin();
    if (content.length === 0) {
      const rest = conversation.dataEnd();
      this.#done = true;
      await wire.write([...head, ...rest]);
      return;
    }
    await wire.write(head);
    if (conversation.expectsContinue && !this.#isWanted) {
      await this.#untilWanted();
    }
    await this.#sendContent();
    if (!this.#stopped) {
      const rest = conversation.dataEnd();
      this.#done = true;
      await wire.write(rest);
      onProgress();
    }
  }

  async #sendContent(): Promise<void> {
    const { wire, conversation, content, onProgress } = this.#parts;
    const { length = Number.POSITIVE_INFINITY } = content;
    let sent = 0;
    this.#pieces = this.#stopped ? undefined : content.open();
    for (let piece = await this.#pull(); piece !== undefined; piece = await this.#pull()) {
      sent += piece.byteLength;
      if (sent > length) {
        throw wrongLength(sent, length);
      }
      await wire.write(conversation.data(piece));
      onProgress();
    }
    if (!this.#stopped && Number.isFinite(length) && sent < length) {
      throw wrongLength(sent, length);
    }
  }

  // The next piece that is not empty; undefined at the end, and where sending was stopped
  async #pull(): Promise<Uint8Array | undefined> {
    while (!this.#stopped && this.#pieces !== undefined) {
      this.#waitsForClient = true;
      const step = await this.#pieces.next().catch((error: unknown) => {
        throw new ContentFault(toContentError(error));
      });
      this.#waitsForClient = false;
      if (step.done === true) {
        return undefined;
      }
      if (step.value.byteLength > 0) {
        return this.#stopped ? undefined : step.value;
      }
    }
    return undefined;
  }

  // RFC 9110 section 10.1.1: no client waits for ever
  #untilWanted(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#parts.limits.continueTimeout);
      this.#whenWanted = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** The upstream wants the body. */
  wanted(): void {
    this.#isWanted = true;
    this.#whenWanted?.();
  }

  /** The upstream has answered: where it did not ask for the body, it does not want it. */
  answered(): void {
    if (this.#parts.conversation.expectsContinue && this.#pieces === undefined) {
      this.stop();
    }
  }

  /** Sends nothing more. What is left of the body is for whoever drains it. */
  stop(): void {
    this.#stopped = true;
    this.#whenWanted?.();
    const ending = this.#done ? undefined : this.#pieces?.return?.();
    ending?.catch(() => {});
  }
}

/** The body of the request is at fault, not the upstream. */
class ContentFault extends Error {
  readonly reason: GatewayError;

  constructor(reason: GatewayError) {
    super(reason.message);
    this.reason = reason;
  }
}

function wrongLength(sent: number, length: number): ContentFault {
  return new ContentFault(new GatewayError('ERR_GATEWAY_CONTENT', `${sent} octets of ${length}`));
}
