/** Rule 1: which requests reach a middleware, and around which applications, is decided here. */
import { lint, lintAsync, lintAsyncMiddleware, lintMiddleware } from '@tsgi/lint';
import type { LintError } from '@tsgi/lint';
import type {
  Application,
  AsyncApplication,
  AsyncMiddleware,
  Environ,
  Middleware,
  Profile,
  StartResponse,
} from '@tsgi/types';
import { EventLog } from '../../engine/event-log.ts';
import type { MemoryRequest } from '../../memory/memory-request.ts';
import { MemoryExchange } from '../../memory/serve-in-memory.ts';
import type { ServePlan } from '../../memory/serve-in-memory.ts';
import type { Served, Violation } from '../../memory/served.ts';
import { interleaveSteps, runAtOnce, runSteps } from '../../memory/steps.ts';
import type { Patience, Steps } from '../../memory/steps.ts';
import type { Declares } from '../../target/load-module.ts';
import { askConditionally } from '../application/conditional-requests.ts';
import { findPersonality } from '../application/personalities.ts';
import { NONCES } from '../application/session.ts';
import { ASYNC_PROBES } from './async-probes.ts';
import { judgeTrace, TRACE_RULES } from './grammar.ts';
import { answerAtOnce, PROBES } from './probes.ts';
import type { InnerProbe, ProbeCall } from './probes.ts';

/** What a session is about. */
export interface MiddlewareSessionOptions {
  readonly middleware: Middleware | AsyncMiddleware;
  readonly declares: Declares;
  readonly profile: Profile;
  readonly requests: readonly MemoryRequest[];
  readonly patience: Patience;
  /** The personalities to take on, by id; all where empty. */
  readonly personalities: readonly string[];
  readonly onPersonality?: ((id: string) => void) | undefined;
}

/** One request through the middleware, beside the same one without it. */
export interface Passage {
  readonly personality: string;
  readonly probe: InnerProbe;
  readonly served: Served;
  /** The answer of the application when nothing is around it. */
  readonly plain: Served;
  /** Whether the middleware called the inner application. */
  readonly reached: boolean;
}

/** What belongs to one request on its way through the middleware. */
interface Underway {
  readonly probe: InnerProbe;
  readonly log: EventLog;
  readonly outer: Environ;
  readonly violations: Violation[];
  readonly again: () => void | Promise<void>;
}

const KEY = 'tsgi-conformance.exchange';

/** The personalities that middleware is judged under, and the probes that each of them asks. */
const COURSES: Readonly<Record<string, (probe: InnerProbe) => boolean>> = {
  P0: ({ kind }) => isUsual(kind),
  P1: ({ kind }) => isUsual(kind),
  P2: ({ kind }) => isUsual(kind),
  P3: ({ kind }) => kind === undefined || kind === 'lazy',
  P5: ({ kind }) => kind === undefined || kind === 'input',
  P6: ({ kind }) => isUsual(kind),
  P7: ({ kind }) => kind === 'input',
  P8: ({ kind }) => kind === 'input',
  P9: ({ kind }) => kind === 'input',
  P12: ({ kind }) => kind === 'echo' || kind === 'lazy-echo',
  P13: ({ kind }) => kind === 'reenters',
  P17: ({ profile, kind }) => profile === 'async' && kind === undefined,
  P19: ({ kind }) => kind === undefined,
};

function isUsual(kind: InnerProbe['kind']): boolean {
  return kind !== 'reenters' && kind !== 'lazy-echo';
}

/** The ids of the personalities that middleware is judged under. */
export const MIDDLEWARE_PERSONALITIES: readonly string[] = Object.keys(COURSES);

/** What a middleware keeps of its first requests shows only where these are the marked ones. */
const FIRST = 'P12';

/** The passages of one middleware, each personality asked once and not again. */
export class MiddlewareSession {
  readonly declares: Declares;
  readonly profile: Profile;
  readonly #options: MiddlewareSessionOptions;
  readonly #around: AsyncApplication;
  readonly #alone: AsyncApplication;
  /** Without the lints, which would hide what kind of body there is. */
  readonly #bare: AsyncApplication;
  readonly #asked = new Map<string, Promise<readonly Passage[]>>();
  readonly #findings: { violations: Violation[]; ownFaults: Violation[] }[] = [];
  #underway: Underway | undefined;
  #asyncView: MiddlewareSession | undefined;

  constructor(options: MiddlewareSessionOptions) {
    this.#options = options;
    this.declares = options.declares;
    this.profile = options.profile;
    const { buffers, retries } = options.declares;
    const licence = { onFinding: (finding: LintError) => this.#take(finding), buffers, retries };
    const inner: AsyncApplication = (environ, start) => this.#callInner(environ, start);
    this.#bare = (options.middleware as AsyncMiddleware)(handled(inner));
    if (options.profile === 'sync') {
      const wrap = lintMiddleware(options.middleware as Middleware, licence);
      this.#around = wrap(inner as Application);
      this.#alone = lint(inner as Application, { onFinding: () => undefined });
    } else {
      const { middleware } = options;
      const wrap = lintAsyncMiddleware(
        (application) => (middleware as AsyncMiddleware)(handled(application)),
        licence,
      );
      this.#around = wrap(inner);
      this.#alone = lintAsync(inner, { onFinding: () => undefined });
    }
  }

  /** Whether a personality is among those asked for. */
  takesOn(id: string): boolean {
    const { personalities } = this.#options;
    return personalities.length === 0 || personalities.includes(id);
  }

  /** The same middleware under the asynchronous profile. */
  asyncView(): MiddlewareSession {
    if (this.profile === 'async') return this;
    this.#asyncView ??= new MiddlewareSession({ ...this.#options, profile: 'async' });
    return this.#asyncView;
  }

  /** What came of a personality. */
  passages(id: string): Promise<readonly Passage[]> {
    const known = this.#asked.get(id) ?? this.#passInOrder(id);
    this.#asked.set(id, known);
    return known;
  }

  /** The answer around the probe that is the plainest of its kind, under P0. */
  async plainest(id: 'array' | 'unsized'): Promise<Passage | undefined> {
    return (await this.passages('P0')).find(({ probe }) => probe.id === id);
  }

  async #passInOrder(personality: string): Promise<readonly Passage[]> {
    if (personality !== FIRST && this.takesOn(FIRST)) await this.passages(FIRST);
    return this.#passAll(personality);
  }

  async #passAll(personality: string): Promise<readonly Passage[]> {
    const takes = COURSES[personality];
    const isAsync = this.profile === 'async';
    if (takes === undefined || (personality === 'P17' && !isAsync)) return [];
    this.#options.onPersonality?.(personality);
    const passages: Passage[] = [];
    for (const probe of isAsync ? [...PROBES, ...ASYNC_PROBES] : PROBES) {
      if (!takes(probe) || (probe.kind === 'feature' && personality === 'P0')) continue;
      // Where tsgi.input is not buffered, only the asynchronous probe may read the body.
      if (isAsync && probe.kind === 'input' && probe.profile !== 'async') continue;
      for (const request of this.#chooseRequests(probe)) {
        passages.push(...(await this.#pass(personality, probe, request)));
      }
    }
    return passages;
  }

  #chooseRequests({ kind }: InnerProbe): readonly MemoryRequest[] {
    const { requests } = this.#options;
    return requests.filter(({ body, method }) =>
      kind === 'input' ? body !== undefined : method === 'GET',
    );
  }

  async #pass(
    personality: string,
    probe: InnerProbe,
    request: MemoryRequest,
  ): Promise<readonly Passage[]> {
    if (personality === 'P12') return this.#passTogether(personality, probe, request);
    if (personality === 'P13') return this.#passNested(personality, probe, request);
    if (personality === 'P19') return this.#passConditionally(probe, request);
    const asked = personality === 'P3' ? { ...request, method: 'HEAD' } : request;
    return [await this.#passOne(personality, probe, asked)];
  }

  async #passConditionally(probe: InnerProbe, request: MemoryRequest): Promise<readonly Passage[]> {
    const usual = (await this.passages('P0')).find(
      (passage) => passage.probe === probe && passage.served.request === request,
    );
    const passages: Passage[] = [];
    for (const asked of askConditionally(request, usual?.served)) {
      passages.push(await this.#passOne('P19', probe, asked));
    }
    return passages;
  }

  async #passOne(personality: string, probe: InnerProbe, asked: MemoryRequest): Promise<Passage> {
    const plain = await this.#run(this.#begin(this.#alone, personality, probe, asked));
    const around = probe.bare === true ? this.#bare : this.#around;
    const served = await this.#run(this.#begin(around, personality, probe, asked));
    return conclude(personality, probe, served, plain);
  }

  async #passTogether(
    personality: string,
    probe: InnerProbe,
    request: MemoryRequest,
  ): Promise<readonly Passage[]> {
    const both = markBoth(request);
    const begin = (application: AsyncApplication): readonly Steps<Served>[] =>
      both.map((asked) => this.#begin(application, personality, probe, asked));
    const { patience } = this.#options;
    const plain = await interleaveSteps(begin(this.#alone), patience);
    const apart: Served[] = [];
    for (const steps of begin(this.#around)) apart.push(await this.#run(steps));
    const together = await interleaveSteps(begin(this.#around), patience);
    const served = [...apart, ...together];
    return served.map((one, at) => conclude(personality, probe, one, plain[at % 2] as Served));
  }

  async #passNested(
    personality: string,
    probe: InnerProbe,
    request: MemoryRequest,
  ): Promise<readonly Passage[]> {
    const nest = async (application: AsyncApplication): Promise<readonly Served[]> => {
      const [outside, inside] = markBoth(request);
      let begun: Served | Promise<Served> | undefined;
      const again = (): void | Promise<void> => {
        if (begun !== undefined) return undefined;
        const steps = this.#begin(application, personality, probe, inside);
        begun = this.profile === 'async' ? this.#run(steps) : runAtOnce(steps);
        // A synchronous body cannot wait; what it calls may be asynchronous all the same.
        return probe.profile === 'async' ? Promise.resolve(begun).then(() => undefined) : undefined;
      };
      const first = await this.#run(this.#begin(application, personality, probe, outside, again));
      return begun === undefined ? [first] : [first, await begun];
    };
    const plain = await nest(this.#alone);
    const served = await nest(this.#around);
    return served.map((one, at) => conclude(personality, probe, one, plain[at] as Served));
  }

  #run(steps: Steps<Served>): Promise<Served> {
    return runSteps(steps, this.#options.patience);
  }

  *#begin(
    application: AsyncApplication,
    personality: string,
    probe: InnerProbe,
    request: MemoryRequest,
    again: () => void | Promise<void> = () => undefined,
  ): Steps<Served> {
    const { environ, start, input, leaves } = findPersonality(personality);
    const entries = probe.kind === 'feature' ? 'maximal' : environ.entries;
    const findings = { violations: [] as Violation[], ownFaults: [] as Violation[] };
    this.#findings.push(findings);
    const log = new EventLog();
    const state: Record<string, unknown> = {};
    const plan: ServePlan = {
      request,
      profile: this.profile,
      environ: { ...environ, entries, async: this.profile === 'async' },
      start,
      input,
      leaves,
      side: 'outer ',
      log,
      state,
      ...findings,
      prepare: (made) => {
        const outer = Object.assign(Object.create(null) as Environ, made);
        this.#underway = { probe, log, outer, violations: findings.violations, again };
        made[KEY] = this.#underway;
      },
    };
    const served = yield* new MemoryExchange(application, plan).serve();
    this.#findings.splice(this.#findings.indexOf(findings), 1);
    const misnamed = Object.keys(state).find((key) => !key.includes('.'));
    if (misnamed !== undefined) {
      findings.violations.push({ rule: 'STATE-NAME', got: `"${misnamed}" in tsgi.state` });
    }
    const { declares } = this.#options;
    const facts = { declares, asynchronous: probe.profile === 'async' };
    const ordered = judgeTrace(log.events, facts);
    const others = served.violations.filter(({ rule }) => !TRACE_RULES.has(rule));
    const named = others.map(({ rule, got }) => ({ rule: MIDDLEWARE_NAMES[rule] ?? rule, got }));
    return { ...served, violations: [...ordered, ...named] };
  }

  #callInner(environ: Environ, start: StartResponse): ReturnType<AsyncApplication> {
    const found: unknown = environ[KEY];
    const underway = (found ?? this.#underway) as Underway;
    const { probe, log, outer, violations } = underway;
    const note = (type: string, data?: string | number | boolean): void => {
      log.append(`inner ${type}`, data);
    };
    note('call', `${environ.REQUEST_METHOD} ${environ.PATH_INFO}`);
    violations.push(...findLoss(outer, environ));
    if (outer['tsgi.signal'] !== undefined) note('signalled');
    environ['tsgi.on_finish'](() => note('finish'));
    note('registered');
    const noted: StartResponse = (...args) => {
      note(args[2] === undefined ? 'start' : 'restart', args[0]);
      return start(...args);
    };
    const result = this.#answer(probe, { environ, start: noted, note, again: underway.again });
    if (typeof Object(result).close === 'function') note('closable');
    return result;
  }

  // An application that honours tsgi.async answers synchronously where it is false.
  #answer(probe: InnerProbe, call: ProbeCall): ReturnType<AsyncApplication> {
    if (probe.profile !== 'async' || call.environ['tsgi.async']) return probe.answer(call);
    call.note('downgraded');
    return answerAtOnce(call);
  }

  #take({ rule, blame, got, level }: LintError): void {
    const current = this.#findings.at(-1);
    if (blame === 'application' || level !== 'MUST') return;
    (blame === 'server' ? current?.ownFaults : current?.violations)?.push({ rule, got });
  }
}

/** Rules of applications that have another name where a middleware breaks them. */
const MIDDLEWARE_NAMES: Readonly<Record<string, string>> = { 'FILE-REGION': 'MW-FILE' };

/** A middleware that drops a promise must not end the process: that it drops it shows elsewhere. */
function handled(application: AsyncApplication): AsyncApplication {
  return (...call) => {
    const result = application(...call);
    if (typeof result === 'object' && 'then' in result)
      void result.then(undefined, () => undefined);
    return result;
  };
}

function conclude(personality: string, probe: InnerProbe, served: Served, plain: Served): Passage {
  const reached = served.log.events.some(({ type }) => type === 'inner call');
  return { personality, probe, served, plain, reached };
}

/** Entries that the middleware cannot know and that have not come through. */
function findLoss(outer: Environ, now: Environ): readonly Violation[] {
  const lost = Object.keys(outer).find(
    (key) => key.startsWith('vendor.') && now[key as 'a.b'] !== outer[key as 'a.b'],
  );
  return lost === undefined ? [] : [{ rule: 'MW-ENV-KEEP', got: `"${lost}" was removed` }];
}

function markBoth(request: MemoryRequest): readonly [MemoryRequest, MemoryRequest] {
  const { headers = [], target } = request;
  const [path] = target.split('?');
  const marked = (nonce: string): MemoryRequest => ({
    ...request,
    target: `${path}?n=${nonce}`,
    headers: [...headers, ['X-Tsgi-Conformance', nonce]],
  });
  return [marked(NONCES[0]), marked(NONCES[1])];
}
