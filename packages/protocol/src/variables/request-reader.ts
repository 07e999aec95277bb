import { OctetQueue } from '../octets/octet-queue.ts';

/** The variables of a request have arrived. */
export interface VariablesEvent {
  /** Comes once, before all others. */
  readonly type: 'request';
  /** name, value, name, value, … in wire order, one code unit for each octet. */
  readonly variables: readonly string[];
  /** The length of the content in octets; 0 where none is declared. */
  readonly contentLength: number;
}

/** Octets of the content; a view of what was received. */
export interface ContentEvent {
  /** Comes any number of times, between `request` and `end`. */
  readonly type: 'data';
  /** Never empty, and in all no more than `contentLength`. */
  readonly data: Uint8Array;
}

/** The content is complete. */
export interface ContentEndEvent {
  /** Comes once, also for a request without content. */
  readonly type: 'end';
}

/** `need-data`: nothing more until more is received. `closed`: nothing will come. */
export type RequestSignal = 'need-data' | 'closed';

/** What a reader of one request gives. */
export type SingleRequestEvent = VariablesEvent | ContentEvent | ContentEndEvent | RequestSignal;

/** What a protocol adds to the reading of one request for each connection. */
export interface RequestFormat {
  /** Reads the head from the queue once it is whole; undefined until then. Throws. */
  takeHead(queue: OctetQueue): Omit<VariablesEvent, 'type'> | undefined;
  /** The error for octets that are missing, octets too many, and octets after the end. */
  fail(kind: 'TRUNCATED' | 'EXCESS' | 'STATE', got: string): Error;
}

/** Reads one request: variables, then as many octets of content as they declare. */
export class RequestReader {
  readonly #format: RequestFormat;
  readonly #queue = new OctetQueue();
  #phase: 'head' | 'content' | 'after' | 'closed' = 'head';
  #left = 0;
  #received = false;
  #ended = false;

  constructor(format: RequestFormat) {
    this.#format = format;
  }

  /** Takes octets over; none says that the peer sends no more. */
  receive(octets: Uint8Array): void {
    if (this.#ended) {
      throw this.#format.fail('STATE', `${octets.length} octets`);
    }
    this.#ended = octets.length === 0;
    this.#received ||= !this.#ended;
    if (this.#phase !== 'closed') {
      this.#queue.push(octets);
    }
  }

  /** The next event. After what it throws it gives `closed` only. */
  next(): SingleRequestEvent {
    try {
      return this.#step();
    } catch (error) {
      this.#close();
      throw error;
    }
  }

  #step(): SingleRequestEvent {
    switch (this.#phase) {
      case 'head':
        return this.#readHead();
      case 'content':
        return this.#readContent();
      case 'after':
        return this.#readAfter();
      default:
        return 'closed';
    }
  }

  #readHead(): SingleRequestEvent {
    const head = this.#format.takeHead(this.#queue);
    if (head !== undefined) {
      this.#phase = 'content';
      this.#left = head.contentLength;
      return { type: 'request', ...head };
    }
    // a connection that was opened and not used is no broken request
    if (this.#ended && !this.#received) {
      return this.#close();
    }
    return this.#wait('of the head');
  }

  #readContent(): SingleRequestEvent {
    if (this.#left === 0) {
      this.#phase = 'after';
      return { type: 'end' };
    }
    const data = this.#queue.take(this.#left);
    if (data.length === 0) {
      return this.#wait('missing of the content', this.#left);
    }
    this.#left -= data.length;
    return { type: 'data', data };
  }

  #readAfter(): SingleRequestEvent {
    if (this.#queue.length > 0) {
      throw this.#format.fail('EXCESS', `${this.#queue.length} octets`);
    }
    return this.#ended ? this.#close() : 'need-data';
  }

  #wait(what: string, count = this.#queue.length): 'need-data' {
    if (this.#ended) {
      throw this.#format.fail('TRUNCATED', `${count} octets ${what}`);
    }
    return 'need-data';
  }

  #close(): 'closed' {
    this.#phase = 'closed';
    this.#queue.clear();
    return 'closed';
  }
}
