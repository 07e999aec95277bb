import type { PlainData } from '../check.ts';

/** One thing that the application or the server did, in the order in which it was reported. */
export interface LoggedEvent {
  readonly seq: number;
  readonly type: string;
  readonly data?: PlainData;
}

/** What brings events that do not come by themselves. */
export interface EventSource {
  /** Appends what has been reported so far. */
  collect(): void;
  /** Asks for more; undefined where events come by themselves. */
  fetch(): Promise<void> | undefined;
}

/** The event log of one run of one check. */
export class EventLog {
  readonly #events: LoggedEvent[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #source: EventSource | undefined;
  #closed = false;

  constructor(source?: EventSource) {
    this.#source = source;
  }

  /** Appends an event and wakes whoever waits. */
  append(type: string, data?: PlainData): void {
    const seq = this.#events.length + 1;
    this.#events.push(data === undefined ? { seq, type } : { seq, type, data });
    for (const wake of this.#waiting) wake();
  }

  /** All events so far. */
  get events(): readonly LoggedEvent[] {
    this.#source?.collect();
    return this.#events;
  }

  /** The events of one type, in order. */
  ofType(type: string): readonly LoggedEvent[] {
    return this.events.filter((event) => event.type === type);
  }

  /** Settles with the `nth` event of a type, counted from 1, whether it is past or to come. */
  async next(type: string, nth = 1): Promise<LoggedEvent> {
    for (;;) {
      const found = this.ofType(type)[nth - 1];
      if (found !== undefined) return found;
      if (this.#closed) throw new Error('the run is over');
      await (this.#source?.fetch() ?? this.#change());
    }
  }

  /** The run is over: nobody asks for events any more. */
  close(): void {
    this.#closed = true;
  }

  /** The last event in words, for messages about what did not come. */
  describeLast(): string {
    const last = this.#events.at(-1);
    return last === undefined ? 'no event' : `event "${last.type}"`;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        resolve();
      };
      this.#waiting.add(wake);
    });
  }
}
