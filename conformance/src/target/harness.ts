import { HarnessFault } from '../engine/failures.ts';
import { Child } from './child.ts';
import { departures } from '../schema/departures.ts';
import type { Schema } from '../schema/departures.ts';
import type { HarnessNotice, HarnessReply, HarnessRequest } from './protocol-messages.ts';
import { within } from './target.ts';

/** A request without the number that the connection gives it. */
export type HarnessQuestion = HarnessRequest extends infer Request
  ? Request extends HarnessRequest
    ? Omit<Request, 'seq'>
    : never
  : never;

/** How a harness is started. */
export interface HarnessOptions {
  readonly words: readonly string[];
  readonly cwd: string;
  /** What every message is compared with; undefined where messages are believed. */
  readonly schema: Schema | undefined;
  readonly onNotice: (notice: HarnessNotice) => void;
  readonly onDeath: (how: string) => void;
}

/** How much of a line that cannot be understood a message shows. */
const SHOWN = 120;

/** A harness: a process that takes a request in each line and answers each by one line. */
export class Harness {
  readonly #child: Child;
  readonly #options: HarnessOptions;
  readonly #broken: Promise<never>;
  #break: (fault: HarnessFault) => void = () => undefined;
  readonly #waiting = new Map<number, (reply: HarnessReply) => void>();
  #seq = 0;
  #rest = '';
  #ending = false;

  constructor(options: HarnessOptions) {
    this.#options = options;
    this.#child = new Child(options.words, { cwd: options.cwd, input: true });
    this.#broken = new Promise((_resolve, reject) => {
      this.#break = reject;
    });
    this.#broken.catch(() => undefined);
    this.#child.listen((text, stream) => {
      if (stream === 'stdout') this.#take(text);
    });
    void this.#mourn();
  }

  /** Sends a request and waits for its reply; rejects with a HarnessFault. */
  async ask(question: HarnessQuestion, budget: number): Promise<HarnessReply> {
    this.#seq += 1;
    const seq = this.#seq;
    const request = { seq, ...question } as HarnessRequest;
    this.#validate('request', request);
    const answered = new Promise<HarnessReply>((settle) => {
      this.#waiting.set(seq, settle);
    });
    this.#child.write(`${JSON.stringify(request)}\n`);
    const awaited = `the harness to answer "${question.cmd}"`;
    return within(Promise.race([answered, this.#broken]), budget, awaited);
  }

  /** Asks it to stop; rejects with a HarnessFault where it has not ended within the budget. */
  async stop(budget: number): Promise<void> {
    this.#ending = true;
    await this.ask({ cmd: 'stop' }, budget);
    this.#child.endInput();
    await within(this.#child.ended, budget, 'the harness to end after "stop"');
    await this.#child.disperse();
  }

  /** Ends it with everything it has started. */
  async kill(): Promise<void> {
    this.#ending = true;
    await this.#child.kill();
  }

  async #mourn(): Promise<void> {
    const how = await this.#child.ended;
    this.#break(new HarnessFault(`the harness ${how}${this.#child.lastWords}`));
    if (!this.#ending) this.#options.onDeath(how);
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.trim() !== '') this.#read(line);
    }
  }

  #read(line: string): void {
    try {
      const message = parseLine(line);
      if ('event' in message) {
        this.#validate('notice', message);
        this.#options.onNotice(message);
        return;
      }
      this.#validate('reply', message);
      this.#settle(message);
    } catch (error) {
      this.#break(error instanceof HarnessFault ? error : new HarnessFault(String(error)));
    }
  }

  #settle(reply: HarnessReply): void {
    const settle = this.#waiting.get(reply.seq);
    if (settle === undefined) {
      const open = [...this.#waiting.keys()].join(', ') || 'none';
      throw new HarnessFault(`the harness answered seq ${reply.seq}; open requests: ${open}`);
    }
    this.#waiting.delete(reply.seq);
    settle(reply);
  }

  #validate(kind: 'request' | 'reply' | 'notice', message: unknown): void {
    const { schema } = this.#options;
    const definition = schema?.$defs?.[kind];
    if (schema === undefined || definition === undefined) return;
    const [departure] = departures(definition, message, schema);
    if (departure === undefined) return;
    throw new HarnessFault(`a ${kind} departs from the schema of the protocol: ${departure}`);
  }
}

function parseLine(line: string): HarnessReply | HarnessNotice {
  const shown = line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line;
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch {
    throw new HarnessFault(`the harness wrote a line that is no JSON: ${shown}`);
  }
  if (typeof message === 'object' && message !== null) {
    if ('event' in message) return message as HarnessNotice;
    if ('seq' in message) return message as HarnessReply;
  }
  throw new HarnessFault(`the harness wrote neither a reply nor an event: ${shown}`);
}
