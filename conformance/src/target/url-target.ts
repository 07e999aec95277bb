import { get } from 'node:http';
import { connect } from 'node:net';
import type { Profile } from '@tsgi/types';
import { HarnessFault } from '../engine/failures.ts';
import { FIRST_CHECK } from '../engine/select-checks.ts';
import type { Capability } from '../outcome.ts';
import { parseEvent } from '../probe/event-record.ts';
import { readEndpoint } from '../wire/endpoint.ts';
import type { Endpoint } from '../wire/raw-connection.ts';
import type { AdapterMeta } from './adapter.ts';
import { moduleOf } from './module-of.ts';
import { Unobservable, within } from './target.ts';
import type { EventSink, StartedServer, StartRequest, Target } from './target.ts';

/** A server that runs already, with the probe application mounted at its root. */
export interface UrlTargetOptions {
  readonly url: string;
  readonly meta: AdapterMeta;
  readonly capabilities: Partial<Record<Capability, boolean>>;
}

/** Looks at an unchanged log after which the server is taken to have nothing more to report. */
const QUIET_LOOKS = 10;

/** A server that nobody here starts or stops; all that is seen of it goes over HTTP. */
export class UrlTarget implements Target {
  readonly faults = 'none';
  readonly unhurried = true;
  readonly meta: AdapterMeta;
  readonly capabilities: Partial<Record<Capability, boolean>>;
  readonly #url: string;
  #nonce = '';
  #seen = 0;
  #alive = true;
  #fetching: Promise<void> | undefined;
  #onEvent: EventSink = () => undefined;

  constructor({ url, meta, capabilities }: UrlTargetOptions) {
    this.#url = url.replace(/\/$/, '');
    this.meta = meta;
    this.capabilities = capabilities;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Rejects with a HarnessFault for what is no http://HOST:PORT, and where nobody accepts connections. */
  async ready(budget: number): Promise<void> {
    const endpoint = readEndpoint(this.#url);
    this.#alive = false;
    await within(reach(endpoint), budget, 'the server at the URL to accept connections');
    this.#alive = true;
  }

  listen(onEvent: EventSink): void {
    this.#onEvent = onEvent;
  }

  async start(request: StartRequest, budget: number): Promise<StartedServer> {
    const { check, nonce, settings, port, fresh } = request;
    const cannot = whyNot(request);
    if (cannot !== undefined) throw new Unobservable(cannot);
    if (nonce === this.#nonce || port !== 0 || fresh) {
      throw new Unobservable('the server at the URL is the only one, and it runs already');
    }
    this.#nonce = nonce;
    this.#seen = 0;
    const path = `arm/${nonce}/${encodeURIComponent(check)}/${request.budget}`;
    const answer = await within(this.#ask(path), budget, 'the probe application to be prepared');
    const profile: Profile = answer.trim() === 'armed async' ? 'async' : 'sync';
    if ((settings.profile ?? 'sync') !== profile && check !== FIRST_CHECK) {
      throw new Unobservable(`the server at the URL runs the probe under the ${profile} profile`);
    }
    return { instance: 1, url: this.#url };
  }

  /** The server goes on; all that can be done is to wait until it reports nothing more. */
  async stop(_instance: number, budget: number): Promise<void> {
    await within(this.#untilQuiet(), budget, 'the server to come to rest');
  }

  async leave(): Promise<void> {}

  release(gate: string): void {
    this.#ask(`release/${this.#nonce}/${encodeURIComponent(gate)}`).catch(() => undefined);
  }

  collect(): void {}

  fetch(): Promise<void> {
    this.#fetching ??= this.#readLog().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async terminate(): Promise<void> {
    this.#alive = false;
  }

  async #untilQuiet(): Promise<void> {
    for (let quiet = 0; quiet < QUIET_LOOKS; quiet += 1) {
      const before = this.#seen;
      await this.fetch();
      if (this.#seen !== before) quiet = -1;
    }
  }

  async #readLog(): Promise<void> {
    const nonce = this.#nonce;
    const text = await this.#ask(`log/${nonce}/${this.#seen}`);
    if (nonce !== this.#nonce) return;
    for (const line of text.split('\n')) {
      if (line === '') continue;
      this.#seen += 1;
      const { type, data } = parseEvent(line);
      this.#onEvent(nonce, type, data);
    }
  }

  /** One request to the probe application itself; rejects with a HarnessFault. */
  async #ask(path: string): Promise<string> {
    const url = `${this.#url}/tsgi-probe/${path}`;
    const { status, nonce, text } = await getText(url).catch((error: unknown) => {
      // Whoever refuses connections is gone for the checks that follow as well.
      if (error instanceof ServerGone) this.#alive = false;
      throw error;
    });
    if (status === 409) {
      throw new HarnessFault(
        'another process answers than the one that was prepared: the server must have one process, and one run of the kit at a time',
      );
    }
    if (status !== 200 || nonce === undefined || !path.includes(nonce)) {
      throw new HarnessFault(
        `the probe application of the kit is not mounted at the root of ${this.#url}: /tsgi-probe answers ${status}; let the server serve @tsgi/conformance/probes/application.mjs`,
      );
    }
    return text;
  }
}

function whyNot({ check, settings }: StartRequest): string | undefined {
  if (check.startsWith('ADP-') && check !== 'ADP-URL.shape') {
    return 'the server at the URL is started and stopped by somebody else';
  }
  if (settings.module !== undefined || 'lifespan' in moduleOf(check, settings)) {
    return 'the server at the URL has loaded its application already';
  }
  if (settings.tls !== undefined) return 'the server at the URL is reached without TLS';
  if ((settings.scriptName ?? '') !== '') return 'the probe is mounted at the root of the URL';
  return undefined;
}

/** The server at the URL accepts no connections. */
class ServerGone extends HarnessFault {
  override readonly name: string = 'ServerGone';
}

/** What an attempt to talk to the server came to; of a name with several addresses, only the code tells. */
function judgeAttempt({ message, code = '', syscall }: NodeJS.ErrnoException): HarnessFault {
  const told = `the server at the URL does not answer: ${message === '' ? code : message}`;
  const isGone = syscall === 'connect' || code === 'ECONNREFUSED';
  return isGone ? new ServerGone(told) : new HarnessFault(told);
}

/** Settles once a connection is accepted; rejects with a HarnessFault. */
async function reach(endpoint: Endpoint): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const socket = connect({ host: endpoint.host, port: endpoint.port }, () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', (error) => reject(judgeAttempt(error)));
  });
}

interface Answer {
  readonly status: number;
  readonly nonce: string | undefined;
  readonly text: string;
}

async function getText(url: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { connection: 'close' };
    const asked = get(url, { agent: false, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
      });
      response.once('end', () => {
        const nonce = response.headers['tsgi-nonce'];
        resolve({
          status: response.statusCode ?? 0,
          nonce: typeof nonce === 'string' ? nonce : undefined,
          text,
        });
      });
      response.once('error', reject);
    });
    asked.once('error', (error) => reject(judgeAttempt(error)));
  });
}
