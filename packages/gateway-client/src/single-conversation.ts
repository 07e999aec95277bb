import { CgiResponseReader } from '@tsgi/protocol/cgi';
import { writeScgiHead } from '@tsgi/protocol/scgi';
import { writeUwsgiHead } from '@tsgi/protocol/uwsgi';
import type { Conversation, ConversationEvent } from './conversation.ts';
import type { VariablesRequest } from './fastcgi-conversation.ts';

/** SCGI or uwsgi: a head, the body as it is, an answer that the close of the connection ends. */
export class SingleConversation implements Conversation {
  readonly expectsContinue = false;
  readonly #head: Uint8Array;
  readonly #reader: CgiResponseReader;

  constructor(
    protocol: 'scgi' | 'uwsgi',
    { variables, head }: VariablesRequest,
    maxHeaderSize: number,
  ) {
    this.#head = protocol === 'scgi' ? writeScgiHead(variables) : writeUwsgiHead(variables);
    this.#reader = new CgiResponseReader({
      limits: { head: maxHeaderSize, line: maxHeaderSize },
      // uWSGI begins with a status line, and nginx takes one from either
      statusLine: 'accept',
      head,
    });
  }

  begin(): readonly Uint8Array[] {
    return [this.#head];
  }

  data(piece: Uint8Array): readonly Uint8Array[] {
    return [piece];
  }

  // CONTENT_LENGTH says where it ends. A half-closed connection is one of a client that has gone.
  dataEnd(): readonly Uint8Array[] {
    return [];
  }

  cancel(): readonly Uint8Array[] {
    return [];
  }

  receive(octets: Uint8Array): void {
    this.#reader.receive(octets);
  }

  next(): ConversationEvent {
    const event = this.#reader.next();
    if (event === 'closed') {
      return 'need-data';
    }
    return event === 'need-data' || event.type !== 'end' ? event : { type: 'end', trailers: [] };
  }

  isReusable(): boolean {
    return false;
  }
}
