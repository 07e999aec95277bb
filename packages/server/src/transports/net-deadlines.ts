import type { Clock } from '../clock.ts';

/** What a connection is doing, which decides what its deadline means. */
export type Phase =
  /** No octet of a request has come since the last one. */
  | 'idle'
  /** The head is arriving. */
  | 'head'
  /** The body is arriving and nothing else goes on. */
  | 'body'
  /** The application is at work, which has no deadline. */
  | 'working'
  /** The response waits for the client to read. */
  | 'stalled'
  /** The response has left; the rest of the request body is read and thrown away. */
  | 'draining'
  /** Nothing more is answered; what still comes is thrown away. */
  | 'lingering';

/** The phase of one connection, until when it may last, and by when what is awaited has to come. */
export class Deadlines {
  readonly #clock: Clock;
  #phase: Phase = 'head';
  #deadline = Number.POSITIVE_INFINITY;
  #bodyDeadline = Number.POSITIVE_INFINITY;
  #requestDeadline = Number.POSITIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** @param timeout milliseconds that the phase may last */
  enter(phase: Phase, timeout: number): void {
    this.#phase = phase;
    this.#deadline = this.#clock.after(timeout);
  }

  /** Whether the phase has lasted too long. */
  isOverdue(now: number): boolean {
    return now >= this.#deadline;
  }

  /**
   * A request is due to arrive whole, whatever the phase.
   * @param timeout milliseconds; 0 is any number
   */
  awaitRequest(timeout: number): void {
    this.#requestDeadline = timeout === 0 ? Number.POSITIVE_INFINITY : this.#clock.after(timeout);
  }

  /** It has arrived whole, or the rest is of no use. */
  requestArrived(): void {
    this.#requestDeadline = Number.POSITIVE_INFINITY;
    this.#bodyDeadline = Number.POSITIVE_INFINITY;
  }

  /** Whether it has taken too long. */
  isRequestOverdue(now: number): boolean {
    return now >= this.#requestDeadline;
  }

  /**
   * The application waits for more of the body, whatever the phase.
   * @param timeout milliseconds
   */
  awaitBody(timeout: number): void {
    this.#bodyDeadline = this.#clock.after(timeout);
  }

  /** It no longer waits. */
  bodyArrived(): void {
    this.#bodyDeadline = Number.POSITIVE_INFINITY;
  }

  /** Whether it has waited too long. */
  isBodyOverdue(now: number): boolean {
    return now >= this.#bodyDeadline;
  }
}
