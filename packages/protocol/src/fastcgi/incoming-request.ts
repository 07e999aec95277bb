import { OctetQueue } from '../octets/octet-queue.ts';
import { declaredLength, findExcess, findValues } from '../variables/variable-list.ts';
import { FastCgiError } from './errors.ts';
import type { FastCgiLimits } from './limits.ts';
import { parsePairs } from './pairs.ts';
import { type FastCgiRecord, RECORD_TYPES } from './record.ts';

/** What a record means for its request. */
export type RequestStep =
  | { readonly type: 'request'; readonly variables: string[]; readonly contentLength?: number }
  | { readonly type: 'data'; readonly data: Uint8Array }
  | { readonly type: 'end' }
  | undefined;

/** A request on the application's side, from BEGIN_REQUEST to END_REQUEST. */
export class IncomingRequest {
  readonly keepConnection: boolean;
  readonly #limits: FastCgiLimits;
  #phase: 'params' | 'stdin' | 'ended' | 'failed' = 'params';
  readonly #params = new OctetQueue();
  #paramsRecords = 0;
  #contentLength: number | undefined;
  #received = 0;
  #inputEnded = false;
  /** Whether STDERR was written to, and is to be ended. */
  usedStderr = false;
  /** Whether the gateway has asked for the end. */
  aborted = false;

  constructor(keepConnection: boolean, limits: FastCgiLimits) {
    this.keepConnection = keepConnection;
    this.#limits = limits;
  }

  /** Whether all of the request has arrived, or nothing more of it counts. */
  get settled(): boolean {
    return this.#phase === 'ended' || this.#phase === 'failed';
  }

  /** Whether STDIN came to its end, counted or not. */
  get inputEnded(): boolean {
    return this.#inputEnded;
  }

  /** Nothing more of the request counts. */
  settle(): void {
    this.#phase = 'failed';
    this.#params.clear();
  }

  /** Takes a record of PARAMS or STDIN. Throws a FastCgiError that concerns this request. */
  receive({ type, content }: FastCgiRecord): RequestStep {
    this.#inputEnded ||= type === RECORD_TYPES.stdin && content.length === 0;
    if (this.#phase === 'failed') {
      return undefined;
    }
    try {
      return type === RECORD_TYPES.params ? this.#addParams(content) : this.#addStdin(content);
    } catch (error) {
      this.settle();
      throw error;
    }
  }

  #addParams(content: Uint8Array): RequestStep {
    if (this.#phase !== 'params') {
      throw new FastCgiError('ERR_FASTCGI_STREAM', 'PARAMS after its end');
    }
    if (content.length === 0) {
      return this.#endParams();
    }
    this.#params.push(content);
    this.#paramsRecords += 1;
    if (this.#params.length > this.#limits.params) {
      throw new FastCgiError('ERR_FASTCGI_TOO_LARGE', `${this.#params.length} octets of PARAMS`);
    }
    if (this.#paramsRecords > this.#limits.paramsRecords) {
      throw new FastCgiError('ERR_FASTCGI_TOO_LARGE', `${this.#paramsRecords} records of PARAMS`);
    }
    return undefined;
  }

  #endParams(): RequestStep {
    const pairs = this.#params.take(this.#params.length);
    const variables = parsePairs(pairs, this.#limits.variables);
    const excess = findExcess(variables, this.#limits);
    if (excess !== undefined) {
      throw new FastCgiError('ERR_FASTCGI_TOO_LARGE', excess);
    }
    const contentLength = declaredLength(variables);
    if (Number.isNaN(contentLength)) {
      const values = findValues(variables, 'CONTENT_LENGTH').join(', ');
      throw new FastCgiError('ERR_FASTCGI_CONTENT_LENGTH', values);
    }
    this.#phase = 'stdin';
    this.#contentLength = contentLength;
    return {
      type: 'request',
      variables,
      ...(contentLength === undefined ? {} : { contentLength }),
    };
  }

  #addStdin(data: Uint8Array): RequestStep {
    if (this.#phase !== 'stdin') {
      const when = this.#phase === 'params' ? 'before the end of PARAMS' : 'after its end';
      throw new FastCgiError('ERR_FASTCGI_STREAM', `STDIN ${when}`);
    }
    const ended = data.length === 0;
    this.#received += data.length;
    const declared = this.#contentLength ?? this.#received;
    if (this.#received > declared || (ended && this.#received < declared)) {
      const got = `${this.#received} octets of ${declared}`;
      throw new FastCgiError('ERR_FASTCGI_CONTENT_LENGTH', got);
    }
    if (ended) {
      this.#phase = 'ended';
    }
    return ended ? { type: 'end' } : { type: 'data', data };
  }
}
