import { TsgiError } from './errors.ts';
import { type CheckedHeaders, checkHeaders } from './header-list.ts';
import {
  RESPONSE_STATES,
  type ResponseNode,
  type ResponseState,
  type Step,
} from './response-state.ts';
import { parseStatus, type Status } from './status.ts';

const NO_HEADERS: CheckedHeaders = { flat: [], contentLength: undefined };
const NO_STATUS: Status = { line: '', code: 0, reason: '' };

/** Status and headers of one response, from the first call of startResponse to the end. */
export class ResponseStart {
  #at: ResponseNode = RESPONSE_STATES.unset;
  #status = NO_STATUS;
  #headers: CheckedHeaders = NO_HEADERS;

  get state(): ResponseState {
    return this.#at.state;
  }

  /** The status line as given; empty where none is set. */
  get status(): string {
    return this.#status.line;
  }

  /** The status taken apart; code 0 where none is set. */
  get parsed(): Status {
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
    const { start, replace } = this.#at;
    const step = checked(error === undefined ? start : replace, error);
    this.#at = step.invalid;
    this.#status = NO_STATUS;
    this.#headers = NO_HEADERS;
    const parsed = parseStatus(status);
    this.#headers = checkHeaders(headers);
    this.#status = parsed;
    this.#at = step.next;
  }

  /** Fixes status and headers. Throws `ERR_TSGI_NOT_STARTED` where none are set. */
  commit(): void {
    this.#at = checked(this.#at.commit, undefined).next;
  }

  /** As `commit`, for `tsgi.flush_headers`: gives false, and does nothing, where it is too late. */
  flush(): boolean {
    const before = this.#at;
    this.#at = checked(before.flush, undefined).next;
    return this.#at !== before;
  }

  /** From here on every call of startResponse throws. */
  end(): void {
    this.#at = checked(this.#at.end, undefined).next;
  }
}

function checked(step: Step, given: unknown): Step {
  if (step.throws === undefined) {
    return step;
  }
  throw step.throws === 'given' ? given : new TsgiError(step.throws);
}
