/** Rule 1: a verdict is reached here, and a `pass` needs an assertion and the nonce of the run. */
import { randomBytes } from 'node:crypto';
import type { ServerCheck, ServerSettings } from '../check.ts';
import type { Outcome, SkipReason } from '../outcome.ts';
import { ruleOfCheck } from '../rules.ts';
import { Disturbed, TargetDied, Unobservable, within } from '../target/target.ts';
import type { StartedServer, Target } from '../target/target.ts';
import { MalformedResponse } from '../wire/response-reader.ts';
import { Transcript } from '../wire/transcript.ts';
import { Deadline } from './deadline.ts';
import { Driver } from './driver.ts';
import { EventLog } from './event-log.ts';
import type { LoggedEvent } from './event-log.ts';
import { CheckFailure, ConnectionLost, HarnessFault, StartRejected } from './failures.ts';
import { MAX_SLOWNESS } from './patient-timer.ts';
import { sites } from './sites.ts';
import type { Site } from './sites.ts';

/** Which levels make a violation a failure; below it, SHOULD warns and MAY informs. */
export type Threshold = 'must' | 'should' | 'may';

/** How one check is to be run. */
export interface RunSettings {
  /** For the whole check, in milliseconds. */
  readonly budget: number;
  /** Milliseconds after which it has waited in vain, where that is expected of it. */
  readonly wait?: number | undefined;
  readonly threshold: Threshold;
  /** True where the check shares nothing with others, the end of its server included. */
  readonly alone?: boolean;
  /** Called when the check waits for the end of a server that others share. */
  readonly onPark?: () => void;
}

/** What came of one run of one check. */
export interface CheckRun {
  readonly outcome: Outcome;
  /** Why nothing can be said about it on this target. */
  readonly reason?: SkipReason;
  /** What is to be said of the outcome; of a server and a MAY rule, `yes` or `no`. */
  readonly message?: string;
  /** What the assertion that failed looked at, and what it expected. */
  readonly expected?: string;
  /** What came instead. */
  readonly got?: string;
  /** The assertion that failed, where the self-test keeps a record. */
  readonly site?: Site | undefined;
  /** True where a server that it shared has come to harm: then the outcome says nothing. */
  readonly disturbed?: boolean;
  /** How many assertions were executed, the one that failed included. */
  readonly assertions: number;
  /** Milliseconds, to a tenth; without the wait for the end of a server that others share. */
  readonly durationMs: number;
  /** What the application and the server reported; the long log of a server is abridged. */
  readonly events: readonly LoggedEvent[];
  /** One entry for each connection, or for each exchange with a module. */
  readonly wire: readonly {
    /** What the kit sent, one octet in each code unit; of a connection the first 8 KiB. */
    sent: string;
    /** What came back, likewise. */
    received: string;
    /** `open`, `fin` or `rst`; of an exchange `complete`, `aborted` or `client left`. */
    end: string;
  }[];
}

/** Starts a server for the check, drives it, judges, and stops the server. */
export async function runCheck(
  check: ServerCheck,
  host: Target,
  settings: RunSettings,
): Promise<CheckRun> {
  const began = performance.now();
  const run = new Run(check, host, settings);
  const verdict = await run.verdict();
  const durationMs = Math.round((performance.now() - began - run.parkedMs) * 10) / 10;
  return { ...verdict, ...run.evidence(), durationMs };
}

type Verdict = Pick<CheckRun, 'outcome' | 'reason' | 'message' | 'expected' | 'got' | 'site'>;

class Run {
  readonly #check: ServerCheck;
  readonly #host: Target;
  readonly #settings: RunSettings;
  readonly #nonce = randomBytes(16).toString('hex');
  readonly #log: EventLog;
  readonly #transcript = new Transcript(this.#nonce);
  readonly #deadline: Deadline;
  readonly #gates: SharedArrayBuffer;
  readonly #running = new Set<StartedServer>();
  #driver: Driver | undefined;
  #disturbed = false;
  #death: TargetDied | undefined;
  /** How long it has waited for the end of a server that others used in the meantime. */
  parkedMs = 0;

  constructor(check: ServerCheck, host: Target, settings: RunSettings) {
    this.#check = check;
    this.#host = host;
    this.#log = new EventLog(host);
    this.#settings = { ...settings, budget: settings.budget * (check.patience ?? 1) };
    const { wait } = settings;
    const lastSeen = (): string => this.#log.describeLast();
    // What is not expected to come need not be waited for longer on a slow machine.
    this.#deadline =
      wait === undefined
        ? new Deadline(this.#settings.budget, lastSeen)
        : new Deadline(Math.min(this.#settings.budget, wait), lastSeen, () => 1);
    this.#gates = new SharedArrayBuffer(4 * Math.max(1, check.gates?.length ?? 0));
    host.listen(
      (nonce, type, data) => {
        if (nonce !== this.#nonce) return;
        this.#log.append(type, data);
        const told = typeof data === 'string' ? data : type;
        if (type === 'unobservable') this.#deadline.abort(new Unobservable(told));
        if (type === 'unreadable') this.#deadline.abort(new HarnessFault(told));
      },
      (death) => {
        this.#death = death;
        this.#deadline.abort(death);
      },
      this.#nonce,
    );
  }

  async verdict(): Promise<Verdict> {
    let clean = false;
    try {
      const verdict = await this.#drive();
      clean = true;
      return (await this.#unseen()) ?? verdict;
    } catch (error) {
      return (await this.#unseen()) ?? this.#judge(await this.#causeOf(error));
    } finally {
      await this.#cleanUp(clean);
    }
  }

  evidence(): Pick<CheckRun, 'assertions' | 'disturbed' | 'events' | 'wire'> {
    const assertions = this.#driver?.assert.count ?? 0;
    const events = abridge(this.#log.events);
    const disturbed = this.#disturbed ? { disturbed: true } : {};
    return { assertions, ...disturbed, events, wire: this.#transcript.connections };
  }

  /** The application may have asked for what this target cannot do: then no verdict counts. */
  async #unseen(): Promise<Verdict | undefined> {
    const fetched = this.#host.fetch();
    if (fetched !== undefined) {
      await within(fetched, this.#settings.budget, 'events').catch(() => undefined);
    }
    const data = this.#log.ofType('unobservable')[0]?.data;
    return typeof data === 'string' ? this.#judge(new Unobservable(data)) : undefined;
  }

  /** A server that dies loses its connections first: whether it has died shows when it is stopped. */
  async #causeOf(error: unknown): Promise<unknown> {
    if (!(error instanceof ConnectionLost)) return error;
    await this.#cleanUp(false);
    return this.#death ?? error;
  }

  async #drive(): Promise<Verdict> {
    const { settings = {} } = this.#check;
    const rule = ruleOfCheck(this.#check.id);
    const profile = settings.profile ?? (rule.profile === 'async' ? 'async' : 'sync');
    const launch = (other: ServerSettings, port: number): Promise<StartedServer> =>
      this.#start({ ...other, profile: other.profile ?? profile }, port);
    const server = this.#check.unstarted === true ? undefined : await launch(settings, 0);
    const driver = new Driver({
      check: this.#check.id,
      nonce: this.#nonce,
      server,
      mount: settings.scriptName ?? '',
      deadline: this.#deadline,
      transcript: this.#transcript,
      log: this.#log,
      start: launch,
      stop: (other) => this.#stop(other),
      release: (gate) => this.#release(gate),
      faults: this.#host.faults,
    });
    this.#driver = driver;
    await this.#check.run(driver);
    if (driver.assert.count === 0 && sites.inForce('engine assertion-count')) {
      throw new HarnessFault('the check asserted nothing');
    }
    if (this.#running.has(driver.server)) await driver.proveIdentity();
    else if (!this.#transcript.sawNonce && sites.inForce('engine nonce')) {
      throw new HarnessFault('the nonce was not seen');
    }
    return { outcome: rule.level === 'MAY' ? 'info' : 'pass', ...answer(rule.level, 'yes') };
  }

  #judge(error: unknown): Verdict {
    const rule = ruleOfCheck(this.#check.id);
    if (error instanceof Unobservable) {
      const reason = 'unimplemented-by-harness';
      return { outcome: 'skip', reason, message: error.message };
    }
    const failure = readFailure(error, this.#check);
    if (failure === undefined || rule.id === 'BOOT-ANSWER') {
      return { outcome: 'error', message: error instanceof Error ? error.message : String(error) };
    }
    const { message, expected, got } = failure;
    const site = failure.site === undefined ? {} : { site: failure.site };
    if (rule.level === 'MUST') return { outcome: 'fail', message, expected, got, ...site };
    if (rule.level === 'SHOULD') {
      const outcome = this.#settings.threshold === 'must' ? 'warn' : 'fail';
      return { outcome, message, expected, got, ...site };
    }
    const outcome = this.#settings.threshold === 'may' ? 'warn' : 'info';
    return { outcome, ...answer('MAY', 'no'), expected, got, ...site };
  }

  async #start(settings: ServerSettings, port: number): Promise<StartedServer> {
    const request = {
      check: this.#check.id,
      nonce: this.#nonce,
      settings,
      port,
      fresh: this.#check.fresh === true,
      alone: this.#settings.alone === true,
      hearsLog: this.#check.hearsLog === true,
      gates: this.#gates,
      // A gate outlasts the driver, so that its expiry never lets a blocked server go on in time.
      budget: this.#settings.budget * 2 * MAX_SLOWNESS,
    };
    const starting = this.#host.start(request, this.#settings.budget * 2);
    // Whatever else the check waits for then waits in vain.
    starting.catch((error: unknown) => {
      if (error instanceof Unobservable) this.#deadline.abort(error);
    });
    const server = await this.#unhurried(starting);
    this.#running.add(server);
    return server;
  }

  async #stop(server: StartedServer): Promise<void> {
    this.#running.delete(server);
    const { budget, onPark } = this.#settings;
    let parkedAt: number | undefined;
    const stopping = this.#host.stop(server.instance, budget, () => {
      parkedAt = performance.now();
      onPark?.();
    });
    stopping.catch((error: unknown) => {
      this.#disturbed ||= error instanceof Disturbed;
    });
    await this.#unhurried(stopping).finally(() => {
      if (parkedAt !== undefined) this.parkedMs += performance.now() - parkedAt;
    });
  }

  /** The budget of the check stands still while the target does what has a budget of its own. */
  async #unhurried<Value>(work: Promise<Value>): Promise<Value> {
    if (!this.#host.unhurried) return work;
    this.#deadline.clear();
    try {
      return await work;
    } finally {
      this.#deadline.start();
    }
  }

  #release(gate: string): void {
    const words = new Int32Array(this.#gates);
    const index = this.#check.gates?.indexOf(gate) ?? -1;
    if (index < 0) throw new Error(`${this.#check.id} does not declare the gate ${gate}`);
    Atomics.store(words, index, 1);
    Atomics.notify(words, index);
    this.#host.release(gate, this.#nonce);
  }

  /** Leaves no socket, server or blocked thread behind; a target that does not obey is ended. */
  async #cleanUp(clean: boolean): Promise<void> {
    this.#deadline.clear();
    this.#log.close();
    for (const gate of this.#check.gates ?? []) this.#release(gate);
    await this.#driver?.dispose();
    try {
      for (const server of this.#running) {
        this.#running.delete(server);
        await this.#host.leave(server.instance, this.#settings.budget, clean);
      }
    } catch {
      await this.#host.terminate();
    }
    this.#host.forget?.(this.#nonce);
  }
}

/** How many events at the beginning and at the end of a log are kept as evidence. */
const EVENTS_KEPT = 40;

/** An application that is pulled without end reports without end; the numbers show what is left out. */
function abridge(events: readonly LoggedEvent[]): readonly LoggedEvent[] {
  if (events.length <= 2 * EVENTS_KEPT) return events;
  return [...events.slice(0, EVENTS_KEPT), ...events.slice(-EVENTS_KEPT)];
}

function answer(level: string, word: 'yes' | 'no'): { message?: string } {
  return level === 'MAY' ? { message: word } : {};
}

interface Failure {
  readonly message: string;
  readonly expected: string;
  readonly got: string;
  readonly site: Site | undefined;
}

/** A violation in the terms of a failure block; undefined for a fault of the harness or the kit. */
function readFailure(error: unknown, check: ServerCheck): Failure | undefined {
  if (error instanceof StartRejected && check.probes !== undefined) {
    return new CheckFailure('server', 'to start', error.message);
  }
  if (error instanceof CheckFailure) return error;
  if (error instanceof MalformedResponse) {
    const failure = new CheckFailure('message', 'a well-formed HTTP/1.1 response', error.message);
    return failure.at(error.site);
  }
  if (error instanceof TargetDied) {
    return new CheckFailure('server', 'to go on running', error.message);
  }
  return undefined;
}
