/** Rule 1: what an application is asked, and in which order, is decided here. */
import { lint, lintAsync } from '@tsgi/lint';
import type { LintError } from '@tsgi/lint';
import type { Application, AsyncApplication, Environ, Profile } from '@tsgi/types';
import { EventLog } from '../../engine/event-log.ts';
import type { MemoryRequest } from '../../memory/memory-request.ts';
import { MemoryExchange } from '../../memory/serve-in-memory.ts';
import type { ServePlan } from '../../memory/serve-in-memory.ts';
import type { Served, Violation } from '../../memory/served.ts';
import { interleaveSteps, runAtOnce, runSteps } from '../../memory/steps.ts';
import type { Patience, Steps } from '../../memory/steps.ts';
import { WatchedSignal } from '../../memory/watched-signal.ts';
import { describeError } from '../../target/host-messages.ts';
import { askConditionally } from './conditional-requests.ts';
import { findPersonality } from './personalities.ts';
import type { Personality } from './personalities.ts';

/** What a session is about. */
export interface SessionOptions {
  readonly application: Application | AsyncApplication;
  readonly profile: Profile;
  /** What the module itself says of its profile; undefined where it says nothing. */
  readonly declared: unknown;
  readonly requests: readonly MemoryRequest[];
  /** `tsgi.state`, as `startup` of the lifespan has left it. */
  readonly state: Record<string, unknown>;
  readonly patience: Patience;
  /** The personalities to take on, by id; all where empty. */
  readonly personalities: readonly string[];
  /** How many resources the application holds, where its module counts them. */
  readonly openResources?: (() => number) | undefined;
  /** What was answered to the first request of all, where there was one before the session. */
  readonly first?: Served | undefined;
  /** Told of each personality before it begins. */
  readonly onPersonality?: ((id: string) => void) | undefined;
}

/** Where findings about requests go that are under way together. */
interface Findings {
  readonly violations: Violation[];
  readonly ownFaults: Violation[];
}

/** Marks the requests whose data must not meet. */
export const NONCES: readonly [string, string] = ['tsgi-nonce-alpha', 'tsgi-nonce-omega'];

/** What a module keeps of its first requests shows only where these are the marked ones. */
const FIRST = 'P12';

/** The requests that an application has answered, each personality asked once and not again. */
export class ApplicationSession {
  readonly profile: Profile;
  readonly declared: unknown;
  readonly openResources: (() => number) | undefined;
  readonly first: Served | undefined;
  readonly #options: SessionOptions;
  readonly #application: AsyncApplication;
  readonly #asked = new Map<string, Promise<readonly Served[]>>();
  readonly #signals = new WeakMap<object, WatchedSignal>();
  #findings: Findings = { violations: [], ownFaults: [] };

  constructor(options: SessionOptions) {
    this.#options = options;
    this.profile = options.profile;
    this.declared = options.declared;
    this.openResources = options.openResources;
    this.first = options.first;
    const watched: AsyncApplication = (environ, startResponse) => {
      const signal = this.#signals.get(environ)?.signal;
      if (signal !== undefined) environ['tsgi.signal'] = signal;
      return options.application(environ, startResponse);
    };
    const onFinding = (finding: LintError): void => this.#take(finding);
    this.#application =
      options.profile === 'sync'
        ? lint(watched as Application, { onFinding })
        : lintAsync(watched, { onFinding });
  }

  /** Whether a personality is among those asked for. */
  takesOn(id: string): boolean {
    const { personalities } = this.#options;
    return personalities.length === 0 || personalities.includes(id);
  }

  /** What a personality was answered. */
  served(id: string): Promise<readonly Served[]> {
    const known = this.#asked.get(id) ?? this.#serveInOrder(findPersonality(id));
    this.#asked.set(id, known);
    return known;
  }

  /** Makes the requests of a personality again, and remembers no answer. */
  async again(id: string): Promise<void> {
    await this.#serveAll(findPersonality(id));
  }

  /** Milliseconds: upper bounds of what is waited for. */
  get patience(): Patience {
    return this.#options.patience;
  }

  async #serveInOrder(personality: Personality): Promise<readonly Served[]> {
    if (personality.id !== FIRST && this.takesOn(FIRST)) await this.served(FIRST);
    return this.#serveAll(personality);
  }

  async #serveAll(personality: Personality): Promise<readonly Served[]> {
    if (personality.async !== undefined && this.profile === 'sync') return [];
    this.#options.onPersonality?.(personality.id);
    const served: Served[] = [];
    for (const request of await this.#choose(personality.requests)) {
      served.push(...(await this.#serveCourse(personality, request)));
    }
    return served;
  }

  async #choose(choice: Personality['requests']): Promise<readonly MemoryRequest[]> {
    const { requests } = this.#options;
    if (choice !== 'conditional') return chooseRequests(requests, choice);
    const usual = await this.served('P0');
    return chooseRequests(requests, 'reads').flatMap((request) =>
      askConditionally(
        request,
        usual.find((served) => served.request === request),
      ),
    );
  }

  async #serveCourse(personality: Personality, request: MemoryRequest): Promise<readonly Served[]> {
    this.#findings = { violations: [], ownFaults: [] };
    const single = (asked: MemoryRequest): Promise<Served> =>
      this.#run(this.#begin(personality, asked));
    const { course } = personality;
    if (course === 'one-by-one') return [await single(request)];
    if (course === 'thrice') {
      return [await single(request), await single(request), await single(request)];
    }
    const [a, b] = mark(request);
    const control = [await single(a), await single(b)];
    if (course === 'nested') return [...control, ...(await this.#nest(personality, a, b))];
    const together = [this.#begin(personality, a), this.#begin(personality, b)];
    return [...control, ...(await interleaveSteps(together, this.#options.patience))];
  }

  async #nest(
    personality: Personality,
    outside: MemoryRequest,
    inside: MemoryRequest,
  ): Promise<readonly Served[]> {
    const nested: Promise<Served>[] = [];
    const onStart = (): void => {
      if (nested.length > 0) return;
      const steps = this.#begin(personality, inside);
      const isSync = this.profile === 'sync';
      nested.push(isSync ? Promise.resolve(runAtOnce(steps)) : this.#run(steps));
    };
    const first = await this.#run(this.#begin(personality, outside, onStart));
    if (nested.length === 0) nested.push(this.#run(this.#begin(personality, inside)));
    return [first, ...(await Promise.all(nested))];
  }

  #run(steps: Steps<Served>): Promise<Served> {
    return runSteps(steps, this.#options.patience);
  }

  *#begin(personality: Personality, request: MemoryRequest, onStart?: () => void): Steps<Served> {
    const { state } = this.#options;
    const before = { ...state };
    const { violations } = this.#findings;
    const exchange = new MemoryExchange(
      this.#application,
      this.#plan(personality, request, onStart),
    );
    const served = yield* exchange.serve();
    const signal = this.#signals.get(served.environ);
    for (const error of signal?.thrown ?? []) {
      violations.push({ rule: 'SIGNAL-LISTENER', got: `a listener threw ${describeError(error)}` });
    }
    if (signal?.unchecked === true) {
      violations.push({ rule: 'SIGNAL-CHECK', got: 'a listener before a look at aborted' });
    }
    const changed = changedKey(before, state);
    if (changed !== undefined) {
      violations.push({ rule: 'STATE-READ', got: `another value of "${changed}" in tsgi.state` });
    }
    return served;
  }

  #plan(
    { environ, start, input, leaves, async }: Personality,
    request: MemoryRequest,
    onStart?: () => void,
  ): ServePlan {
    return {
      request,
      profile: this.profile,
      environ: { ...environ, async: this.profile === 'async' && async !== 'downgraded' },
      start,
      input,
      leaves,
      side: '',
      log: new EventLog(),
      state: this.#options.state,
      ...this.#findings,
      prepare: (made, abort) => this.#watchSignal(made, abort),
      ...(onStart === undefined ? {} : { onStart }),
    };
  }

  #watchSignal(environ: Environ, abort: AbortController): void {
    if (!Object.hasOwn(environ, 'tsgi.signal')) return;
    const watched = new WatchedSignal();
    this.#signals.set(environ, watched);
    abort.signal.addEventListener('abort', () => watched.abort());
  }

  #take({ rule, blame, got }: LintError): void {
    const { violations, ownFaults } = this.#findings;
    (blame === 'server' ? ownFaults : violations).push({ rule, got });
  }
}

function chooseRequests(
  requests: readonly MemoryRequest[],
  choice: Exclude<Personality['requests'], 'conditional'>,
): readonly MemoryRequest[] {
  const gets = requests.filter(({ method }) => method === 'GET');
  const chosen: Readonly<Record<typeof choice, readonly MemoryRequest[]>> = {
    all: requests,
    contents: requests.filter(({ method }) => method !== 'HEAD'),
    bodies: requests.filter(({ body }) => body !== undefined),
    reads: gets,
    heads: gets.map(asHead),
  };
  return chosen[choice];
}

function asHead(request: MemoryRequest): MemoryRequest {
  return { ...request, method: 'HEAD' };
}

/** The request twice, each with a mark of its own in the query and in a field. */
export function mark(request: MemoryRequest): readonly [MemoryRequest, MemoryRequest] {
  const { target, headers = [] } = request;
  const joint = target.includes('?') ? '&' : '?';
  const marked = (nonce: string): MemoryRequest => ({
    ...request,
    target: `${target}${joint}tsgi-conformance=${nonce}`,
    headers: [...headers, ['X-Tsgi-Conformance', nonce]],
  });
  return [marked(NONCES[0]), marked(NONCES[1])];
}

function changedKey(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): string | undefined {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].find(
    (key) => before[key] !== after[key] || Object.hasOwn(before, key) !== Object.hasOwn(after, key),
  );
}
