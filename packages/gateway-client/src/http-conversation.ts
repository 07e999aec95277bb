import { Http1Client, type SentRequest } from '@tsgi/protocol/http1';
import type { Conversation, ConversationEvent, ConversationLimits } from './conversation.ts';

/** What an HTTP conversation sends. */
export interface HttpRequest extends SentRequest {
  readonly expectsContinue: boolean;
}

/** One cycle of HTTP/1.1. */
export class HttpConversation implements Conversation {
  readonly expectsContinue: boolean;
  readonly #request: HttpRequest;
  readonly #keep: boolean;
  readonly #client: Http1Client;
  #sawEnd = false;

  constructor(request: HttpRequest, { maxHeaderSize, keep }: ConversationLimits) {
    this.expectsContinue = request.expectsContinue;
    this.#request = request;
    this.#keep = keep;
    this.#client = new Http1Client({ limits: { head: maxHeaderSize, field: maxHeaderSize } });
  }

  begin(): readonly Uint8Array[] {
    const headers = this.#keep
      ? this.#request.headers
      : [...this.#request.headers, 'Connection', 'close'];
    return [octetsOf(this.#client.sendHead({ ...this.#request, headers }))];
  }

  data(piece: Uint8Array): readonly Uint8Array[] {
    const before = this.#client.sendData(piece.byteLength);
    const after = this.#client.afterData;
    return before === '' && after === '' ? [piece] : [octetsOf(before), piece, octetsOf(after)];
  }

  dataEnd(): readonly Uint8Array[] {
    const rest = this.#client.sendEnd();
    return rest === '' ? [] : [octetsOf(rest)];
  }

  // RFC 9112 section 9.6: the close of the connection is the one way to say it
  cancel(): readonly Uint8Array[] {
    return [];
  }

  receive(octets: Uint8Array): void {
    this.#sawEnd ||= octets.byteLength === 0;
    this.#client.receive(octets);
  }

  next(): ConversationEvent {
    const event = this.#client.next();
    if (event === 'paused' || event === 'closed') {
      return 'need-data';
    }
    if (event === 'need-data' || event.type !== 'response') {
      return event;
    }
    const { status, reason, headers } = event;
    return { type: status < 200 ? 'interim' : 'response', status, reason, headers };
  }

  isReusable(): boolean {
    const { ourState, theirState, keepAlive, unread } = this.#client;
    return (
      this.#keep &&
      keepAlive &&
      ourState === 'done' &&
      theirState === 'done' &&
      unread === 0 &&
      !this.#sawEnd
    );
  }
}

function octetsOf(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}
