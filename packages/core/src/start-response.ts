import { TsgiError } from './errors.ts';
import { type CheckedHeaders, checkHeaders } from './header-list.ts';
import { type ResponseEvent, type ResponseState, TRANSITIONS } from './response-state.ts';
import { checkStatus } from './status.ts';

const NO_HEADERS: CheckedHeaders = { flat: [], contentLength: undefined };

/** Status and headers of one response, from the first call of startResponse to the end. */
export class ResponseStart {
  #state: ResponseState = 'unset';
  #status = '';
  #headers: CheckedHeaders = NO_HEADERS;

  get state(): ResponseState {
    return this.#state;
  }

  /** The status line as given; empty where none is set. */
  get status(): string {
    return this.#status;
  }

  get headers(): CheckedHeaders {
    return this.#headers;
  }

  /**
   * What startResponse does: checks and stores. Throws the given error once the response is
   * committed, and a TsgiError for a call out of order or an argument that breaks a rule.
   */
  start(status: unknown, headers: unknown, error: unknown): void {
    const transition = this.#step(error === undefined ? 'start' : 'replace', error);
    this.#state = transition.invalid;
    this.#status = '';
    this.#headers = NO_HEADERS;
    checkStatus(status);
    this.#headers = checkHeaders(headers);
    this.#status = status;
    this.#state = transition.next;
  }

  /** Fixes status and headers. Throws `ERR_TSGI_NOT_STARTED` where none are set. */
  commit(): void {
    this.#state = this.#step('commit', undefined).next;
  }

  /** As `commit`, for `tsgi.flush_headers`: gives false, and does nothing, where it is too late. */
  flush(): boolean {
    const before = this.#state;
    this.#state = this.#step('flush', undefined).next;
    return this.#state !== before;
  }

  /** From here on every call of startResponse throws. */
  end(): void {
    this.#state = this.#step('end', undefined).next;
  }

  #step(event: ResponseEvent, error: unknown): { next: ResponseState; invalid: ResponseState } {
    const transition = TRANSITIONS[this.#state][event];
    if ('next' in transition) {
      return transition;
    }
    if (transition.throws === 'given') {
      throw error;
    }
    throw new TsgiError(transition.throws);
  }
}
