import { FastCgiError } from './errors.ts';
import { type FastCgiRecord, RecordReader } from './record.ts';

/** What an end of a connection makes of the records that it receives. */
export interface RecordTaker<Event> {
  /** The event of a record; undefined where it has none. May throw a FastCgiError. */
  take(record: FastCgiRecord): Event | undefined;
  /** What is to be said of a request that the end of the connection cuts off; asked until undefined. */
  cut(): Event | undefined;
  /** There is nothing more to read. */
  closed?(): void;
}

/** The receiving half of a connection, whichever end it belongs to: octets in, events out. */
export class RecordInput {
  readonly #records = new RecordReader();
  #ended = false;
  #closed = false;

  /** Whether the peer has said that it sends no more. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Whether nothing more is read. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Takes octets over; none says that the peer sends no more. Throws ERR_FASTCGI_STATE after that. */
  receive(octets: Uint8Array): void {
    if (this.#ended) {
      throw new FastCgiError('ERR_FASTCGI_STATE', `${octets.length} octets after the end`);
    }
    this.#ended = octets.length === 0;
    if (!this.#closed) {
      this.#records.push(octets);
    }
  }

  /** The next event. After a FastCgiError there is `closed` only. */
  next<Event>(taker: RecordTaker<Event>): Event | 'need-data' | 'closed' {
    try {
      while (!this.#closed) {
        const record = this.#records.next();
        const event = record === undefined ? this.#wait(taker) : taker.take(record);
        if (event !== undefined) {
          return event;
        }
      }
    } catch (error) {
      this.#close(taker);
      throw error;
    }
    return 'closed';
  }

  #wait<Event>(taker: RecordTaker<Event>): Event | 'need-data' | 'closed' {
    if (!this.#ended) {
      return 'need-data';
    }
    const cut = taker.cut();
    if (cut !== undefined) {
      return cut;
    }
    if (this.#records.length > 0) {
      throw new FastCgiError('ERR_FASTCGI_TRUNCATED', `${this.#records.length} octets of a record`);
    }
    this.#close(taker);
    return 'closed';
  }

  #close<Event>(taker: RecordTaker<Event>): void {
    this.#closed = true;
    this.#records.clear();
    taker.closed?.();
  }
}
