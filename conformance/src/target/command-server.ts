import { HarnessFault, StartRejected } from '../engine/failures.ts';
import { Child } from './child.ts';
import { fillTemplate } from './command-template.ts';
import { findFreePort, untilAccepting, untilAnswering } from './server-port.ts';
import { within } from './target.ts';

/** How the kit learns that a server accepts connections. */
export type Readiness =
  | { readonly kind: 'tcp' }
  | { readonly kind: 'http' }
  /** What the first group captures, where there is one, is the port or the URL. */
  | { readonly kind: 'stdout'; readonly pattern: RegExp };

/** How a server is asked to stop. */
export type Stopping =
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals }
  | { readonly kind: 'stdin-eof' };

/** A command that starts a server. */
export interface CommandSpec {
  /** The program and its arguments, with placeholders in braces. */
  readonly words: readonly string[];
  readonly cwd: string;
  readonly readiness: Readiness;
  readonly stopping: Stopping;
}

/** What one process is started with. */
export interface CommandValues {
  readonly app: string;
  readonly mount: string;
  readonly profile: string;
  readonly tmp: string;
  /** 0 for one that is free. */
  readonly port: number;
}

const HOST = '127.0.0.1';

/** One process of the command, from its start to its end. */
export class CommandServer {
  readonly #spec: CommandSpec;
  readonly #values: CommandValues;
  readonly #started: Promise<void>;
  #child: Child | undefined;
  #port = 0;
  #url = '';
  #stopping = false;
  #killed = false;
  #onText: (text: string) => void = () => undefined;
  #onDeath: (how: string) => void = () => undefined;

  constructor(spec: CommandSpec, values: CommandValues) {
    this.#spec = spec;
    this.#values = values;
    this.#started = this.#start();
    // A spare that fails is told of when it is used.
    this.#started.catch(() => undefined);
  }

  /** Known once `ready` has settled. */
  get url(): string {
    return this.#url;
  }

  /** Whether the process is gone. */
  get hasEnded(): boolean {
    return this.#child?.hasEnded === true;
  }

  /** Settles once the server accepts connections; rejects with what went wrong. */
  async ready(budget: number): Promise<void> {
    try {
      await within(this.#started, budget, this.#awaited);
    } catch (error) {
      if (!(error instanceof HarnessFault) || error instanceof StartRejected) throw error;
      throw new HarnessFault(`${error.message}; the command runs${this.#hint()}`);
    }
  }

  /** Who is told of what the server writes, and of an end that nobody has asked for. */
  attend(onText: (text: string) => void, onDeath: (how: string) => void): void {
    this.#onText = onText;
    this.#onDeath = onDeath;
  }

  /** How the process ended, or undefined where it is still there after the budget. */
  async endsWithin(budget: number): Promise<string | undefined> {
    this.#stopping = true;
    const ended = this.#started.catch(() => undefined).then(() => this.#child?.ended);
    return within(ended, budget, 'the command to end').catch(() => undefined);
  }

  /** Asks the server to stop; rejects with a HarnessFault where it has not within the budget. */
  async stop(budget: number): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    this.#stopping = true;
    const { stopping } = this.#spec;
    if (stopping.kind === 'signal') child.ask(stopping.signal);
    else child.endInput();
    const asked = stopping.kind === 'signal' ? stopping.signal : 'the end of its input';
    try {
      await within(child.ended, budget, `the command to end after ${asked}`);
    } catch (error) {
      await this.kill();
      throw error;
    }
    await child.disperse();
  }

  /** Ends the process and everything it has started. */
  async kill(): Promise<void> {
    this.#stopping = true;
    this.#killed = true;
    await this.#child?.kill();
  }

  get #awaited(): string {
    const { readiness } = this.#spec;
    if (readiness.kind === 'stdout') return `${readiness.pattern} on its standard output`;
    const deed = readiness.kind === 'http' ? 'answer a request' : 'accept connections';
    return `the port that {port} stands for to ${deed}`;
  }

  async #start(): Promise<void> {
    const { words, cwd, readiness, stopping } = this.#spec;
    const captures = readiness.kind === 'stdout' && hasGroup(readiness.pattern);
    const wanted = this.#values.port;
    this.#port = wanted === 0 && !captures ? await findFreePort(HOST) : wanted;
    if (this.#killed) return;
    const values = { ...this.#values, host: HOST, port: String(this.#port) };
    const child = new Child(fillTemplate(words, values), {
      cwd,
      input: stopping.kind === 'stdin-eof',
    });
    this.#child = child;
    const found = this.#follow(child);
    const gone = this.#mourn(child);
    gone.catch(() => undefined);
    const url = await Promise.race([readiness.kind === 'stdout' ? found : this.#accepting(), gone]);
    this.#url = url ?? `http://${HOST}:${this.#port}`;
  }

  /** Rejects where the process ends before the server is there; tells of an end nobody asked for. */
  async #mourn(child: Child): Promise<undefined> {
    const how = await child.ended;
    if (this.#url === '') throw new StartRejected(`the command ${how}${child.lastWords}`, '');
    if (!this.#stopping) this.#onDeath(how);
  }

  async #accepting(): Promise<undefined> {
    const endpoint = { host: HOST, port: this.#port };
    const givenUp = (): boolean => this.#stopping || this.hasEnded;
    if (this.#spec.readiness.kind === 'http') {
      await untilAnswering(endpoint, `${this.#values.mount}/tsgi-canary`, givenUp);
    } else await untilAccepting(endpoint, givenUp);
    if (this.hasEnded) await new Promise<never>(() => undefined);
  }

  /** Hands on what is written; settles with the URL that the pattern of the readiness captures. */
  #follow(child: Child): Promise<string | undefined> {
    const { readiness } = this.#spec;
    let seen = '';
    return new Promise((resolve) => {
      child.listen((text, stream) => {
        this.#onText(text);
        if (readiness.kind !== 'stdout' || stream !== 'stdout' || this.#url !== '') return;
        seen += text;
        const match = readiness.pattern.exec(seen);
        if (match !== null) resolve(readUrl(match[1]));
      });
    });
  }

  /** What the output of a server that is not where it should be says of where it is. */
  #hint(): string {
    const words = this.#child?.lastWords ?? '';
    const elsewhere = /:(\d{2,5})\b/.exec(this.#child?.output ?? '')?.[1];
    if (elsewhere === undefined || elsewhere === String(this.#port)) return words;
    return `${words} (it names the port ${elsewhere}: is {port} handed on to the server?)`;
  }
}

function hasGroup(pattern: RegExp): boolean {
  const groups = new RegExp(`${pattern.source}|`).exec('');
  return groups !== null && groups.length > 1;
}

function readUrl(captured: string | undefined): string | undefined {
  if (captured === undefined) return undefined;
  return /^\d+$/.test(captured) ? `http://${HOST}:${captured}` : captured.replace(/\/$/, '');
}
