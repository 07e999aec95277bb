/** Rule 1: a verdict is reached here, and a `pass` needs an assertion and the nonce of the run. */
import { randomBytes } from 'node:crypto';
import type { ServerCheck, ServerSettings } from '../check.ts';
import type { Outcome } from '../outcome.ts';
import { ruleOfCheck } from '../rules.ts';
import { TargetDied } from '../target/target-host.ts';
import type { StartedServer, TargetHost } from '../target/target-host.ts';
import { MalformedResponse } from '../wire/response-reader.ts';
import { Transcript } from '../wire/transcript.ts';
import { Deadline } from './deadline.ts';
import { Driver } from './driver.ts';
import { EventLog } from './event-log.ts';
import type { LoggedEvent } from './event-log.ts';
import { CheckFailure, HarnessFault } from './failures.ts';

/** Which levels make a violation a failure; below it, SHOULD warns and MAY informs. */
export type Threshold = 'must' | 'should' | 'may';

/** How one check is to be run. */
export interface RunSettings {
  /** For the whole check, in milliseconds. */
  readonly budget: number;
  readonly threshold: Threshold;
}

/** What came of one run of one check. */
export interface CheckRun {
  readonly outcome: Outcome;
  readonly message?: string;
  readonly expected?: string;
  readonly got?: string;
  readonly assertions: number;
  readonly durationMs: number;
  readonly events: readonly LoggedEvent[];
  readonly wire: readonly { sent: string; received: string; end: string }[];
}

/** Starts a server for the check, drives it, judges, and stops the server. */
export async function runCheck(
  check: ServerCheck,
  host: TargetHost,
  settings: RunSettings,
): Promise<CheckRun> {
  const began = performance.now();
  const run = new Run(check, host, settings);
  const verdict = await run.verdict();
  const durationMs = Math.round((performance.now() - began) * 10) / 10;
  return { ...verdict, ...run.evidence(), durationMs };
}

type Verdict = Pick<CheckRun, 'outcome' | 'message' | 'expected' | 'got'>;

class Run {
  readonly #check: ServerCheck;
  readonly #host: TargetHost;
  readonly #settings: RunSettings;
  readonly #nonce = randomBytes(16).toString('hex');
  readonly #log = new EventLog();
  readonly #transcript = new Transcript(this.#nonce);
  readonly #deadline: Deadline;
  readonly #gates: SharedArrayBuffer;
  readonly #running = new Set<StartedServer>();
  #driver: Driver | undefined;

  constructor(check: ServerCheck, host: TargetHost, settings: RunSettings) {
    this.#check = check;
    this.#host = host;
    this.#settings = { ...settings, budget: settings.budget * (check.patience ?? 1) };
    this.#deadline = new Deadline(this.#settings.budget, () => this.#log.describeLast());
    this.#gates = new SharedArrayBuffer(4 * Math.max(1, check.gates?.length ?? 0));
    host.listen(
      (nonce, type, data) => {
        if (nonce === this.#nonce) this.#log.append(type, data);
      },
      (death) => this.#deadline.abort(death),
    );
  }

  async verdict(): Promise<Verdict> {
    try {
      return await this.#drive();
    } catch (error) {
      return this.#judge(error);
    } finally {
      await this.#cleanUp();
    }
  }

  evidence(): Pick<CheckRun, 'assertions' | 'events' | 'wire'> {
    const assertions = this.#driver?.assert.count ?? 0;
    return { assertions, events: this.#log.events, wire: this.#transcript.connections };
  }

  async #drive(): Promise<Verdict> {
    const { settings = {} } = this.#check;
    const rule = ruleOfCheck(this.#check.id);
    const profile = settings.profile ?? (rule.profile === 'async' ? 'async' : 'sync');
    const server = await this.#start({ ...settings, profile }, 0);
    const driver = new Driver({
      nonce: this.#nonce,
      server,
      mount: settings.scriptName ?? '',
      deadline: this.#deadline,
      transcript: this.#transcript,
      log: this.#log,
      start: (other, port) => this.#start(other, port),
      stop: (other) => this.#stop(other),
      release: (gate) => this.#release(gate),
    });
    this.#driver = driver;
    await this.#check.run(driver);
    if (driver.assert.count === 0) throw new HarnessFault('the check asserted nothing');
    if (this.#running.has(server)) await driver.proveIdentity();
    else if (!this.#transcript.sawNonce) throw new HarnessFault('the nonce was not seen');
    return { outcome: rule.level === 'MAY' ? 'info' : 'pass', ...answer(rule.level, 'yes') };
  }

  #judge(error: unknown): Verdict {
    const rule = ruleOfCheck(this.#check.id);
    const failure = readFailure(error);
    if (failure === undefined || rule.id === 'BOOT-ANSWER') {
      return { outcome: 'error', message: error instanceof Error ? error.message : String(error) };
    }
    const { message, expected, got } = failure;
    if (rule.level === 'MUST') return { outcome: 'fail', message, expected, got };
    if (rule.level === 'SHOULD') {
      const outcome = this.#settings.threshold === 'must' ? 'warn' : 'fail';
      return { outcome, message, expected, got };
    }
    const outcome = this.#settings.threshold === 'may' ? 'warn' : 'info';
    return { outcome, ...answer('MAY', 'no'), expected, got };
  }

  async #start(settings: ServerSettings, port: number): Promise<StartedServer> {
    const request = {
      check: this.#check.id,
      nonce: this.#nonce,
      settings,
      port,
      gates: this.#gates,
      // A gate outlasts the driver, so that its expiry never lets a blocked server go on in time.
      budget: this.#settings.budget * 2,
    };
    const server = await this.#host.start(request, this.#settings.budget * 2);
    this.#running.add(server);
    return server;
  }

  async #stop(server: StartedServer): Promise<void> {
    this.#running.delete(server);
    await this.#host.stop(server.instance, this.#settings.budget);
  }

  #release(gate: string): void {
    const words = new Int32Array(this.#gates);
    const index = this.#check.gates?.indexOf(gate) ?? -1;
    if (index < 0) throw new Error(`${this.#check.id} does not declare the gate ${gate}`);
    Atomics.store(words, index, 1);
    Atomics.notify(words, index);
    this.#host.release(gate);
  }

  /** Leaves no socket, server or blocked thread behind; a thread that does not obey is ended. */
  async #cleanUp(): Promise<void> {
    this.#deadline.clear();
    for (const gate of this.#check.gates ?? []) this.#release(gate);
    await this.#driver?.dispose();
    try {
      for (const server of this.#running) {
        await this.#host.stop(server.instance, this.#settings.budget);
      }
    } catch {
      await this.#host.terminate();
    }
  }
}

function answer(level: string, word: 'yes' | 'no'): { message?: string } {
  return level === 'MAY' ? { message: word } : {};
}

interface Failure {
  readonly message: string;
  readonly expected: string;
  readonly got: string;
}

/** A violation in the terms of a failure block; undefined for a fault of the harness or the kit. */
function readFailure(error: unknown): Failure | undefined {
  if (error instanceof CheckFailure) return error;
  if (error instanceof MalformedResponse) {
    const failure = new CheckFailure('message', 'a well-formed HTTP/1.1 response', error.message);
    return failure;
  }
  if (error instanceof TargetDied) {
    return new CheckFailure('server', 'to go on running', error.message);
  }
  return undefined;
}
