import { type CgiEvent, CgiResponseReader } from '@tsgi/protocol/cgi';
import { FastCgiClient, type FastCgiEndEvent } from '@tsgi/protocol/fastcgi';
import type { Conversation, ConversationEvent, ConversationLimits } from './conversation.ts';
import { GatewayError } from './errors.ts';

const NOTHING = new Uint8Array(0);
const END: ConversationEvent = { type: 'end', trailers: [] };

/** What a conversation by variables sends. */
export interface VariablesRequest {
  /** name, value, name, value, … */
  readonly variables: readonly string[];
  /** Whether the method is HEAD. */
  readonly head: boolean;
}

/** One request of FastCGI; a connection carries one at a time. */
export class FastCgiConversation implements Conversation {
  readonly expectsContinue = false;
  readonly #request: VariablesRequest;
  readonly #keep: boolean;
  readonly #client = new FastCgiClient();
  readonly #reader: CgiResponseReader;
  #requestId = 0;
  #contentSent = false;
  /** Whether the content has ended, by its declared length or with the request. */
  #contentEnded = false;
  #requestEnded = false;
  #clean = true;

  constructor(request: VariablesRequest, { maxHeaderSize, keep }: ConversationLimits) {
    this.#request = request;
    this.#keep = keep;
    const limits = { head: maxHeaderSize, line: maxHeaderSize };
    this.#reader = new CgiResponseReader({ limits, head: request.head });
  }

  begin(): readonly Uint8Array[] {
    const { variables } = this.#request;
    const sent = this.#client.sendRequest({ variables, keepConnection: this.#keep });
    this.#requestId = sent.requestId;
    return sent.octets;
  }

  data(piece: Uint8Array): readonly Uint8Array[] {
    return this.#requestEnded ? [] : this.#client.sendData(this.#requestId, piece);
  }

  dataEnd(): readonly Uint8Array[] {
    this.#contentSent = true;
    return this.#requestEnded ? [] : this.#client.sendDataEnd(this.#requestId);
  }

  cancel(): readonly Uint8Array[] {
    return this.#client.active === 0 ? [] : this.#client.sendAbort(this.#requestId);
  }

  receive(octets: Uint8Array): void {
    this.#clean &&= octets.byteLength > 0;
    this.#client.receive(octets);
  }

  next(): ConversationEvent {
    for (;;) {
      const event = this.#nextOfReader();
      if (event !== undefined) {
        return event;
      }
      const progress = this.#nextOfClient();
      if (progress !== undefined) {
        return progress;
      }
    }
  }

  #nextOfReader(): ConversationEvent | undefined {
    if (this.#contentEnded) {
      return this.#requestEnded ? END : undefined;
    }
    const event: CgiEvent = this.#reader.next();
    if (event === 'need-data' || event === 'closed') {
      return undefined;
    }
    if (event.type !== 'end') {
      return event;
    }
    this.#contentEnded = true;
    return this.#requestEnded ? END : undefined;
  }

  // Undefined where there may be something for the reader
  #nextOfClient(): ConversationEvent | undefined {
    const event = this.#client.next();
    if (event === 'need-data' || event === 'closed') {
      return 'need-data';
    }
    switch (event.type) {
      case 'stdout':
        this.#takeOutput(event.data);
        return undefined;
      case 'stderr':
        return { type: 'stderr', data: event.data };
      case 'end':
        this.#endRequest(event);
        return undefined;
      case 'fault':
        return this.#loseRequest(event.error);
      default:
        // what was not asked for changes nothing
        return undefined;
    }
  }

  #takeOutput(data: Uint8Array): void {
    if (this.#contentEnded) {
      // more than Content-Length says is cut off, as a TSGI server does
      this.#clean = false;
    } else {
      this.#reader.receive(data);
    }
  }

  #endRequest({ protocolStatus }: FastCgiEndEvent): void {
    this.#requestEnded = true;
    if (protocolStatus !== 'complete') {
      const refused = protocolStatus === 'overloaded' || protocolStatus === 'cant-multiplex';
      throw new GatewayError(
        refused ? 'ERR_GATEWAY_OVERLOADED' : 'ERR_GATEWAY_PROTOCOL',
        `the protocol status ${protocolStatus}`,
      );
    }
    if (!this.#contentEnded) {
      this.#reader.receive(NOTHING);
    }
  }

  // A response of a declared length that has come is complete without END_REQUEST
  #loseRequest(error: Error): undefined {
    this.#requestEnded = true;
    this.#clean = false;
    if (!this.#contentEnded) {
      throw error;
    }
  }

  isReusable(): boolean {
    return this.#keep && this.#clean && this.#contentSent && this.#isQuiet();
  }

  #isQuiet(): boolean {
    try {
      return this.#client.next() === 'need-data';
    } catch {
      return false;
    }
  }
}
