// Rule 1: what the two sides have in common for one request is put together here.

import type { CancelSignal, Environ, Outcome } from '@tsgi/types';
import { BodyWatch } from './body-watch.ts';
import { ContentWatch } from './content-watch.ts';
import { describeValue } from './describe-value.ts';
import { EnvironChanges } from './environ-changes.ts';
import type { FileWrapperWatch } from './file-wrapper-watch.ts';
import type { FinishWatch } from './finish-watch.ts';
import type { History } from './history.ts';
import type { Reporter } from './reporter.ts';
import { inner, outer } from './roles.ts';
import type { RuleId } from './rules.gen.ts';
import type { StartWatch } from './start-watch.ts';

/** What a request watch is made of. */
export interface RequestParts {
  readonly environ: Environ;
  readonly reporter: Reporter;
  readonly history: History;
  readonly start: StartWatch;
  readonly files: FileWrapperWatch;
  /** Undefined where environ has no usable `tsgi.on_finish`. */
  readonly finish: FinishWatch | undefined;
  readonly inputFailure: () => string | undefined;
}

/** How a body will be consumed. */
export interface BodyKind {
  readonly array: boolean;
  readonly async: boolean;
}

/** One request, from the call to the last callback. */
export class RequestWatch {
  readonly #parts: RequestParts;
  readonly #changes: EnvironChanges;
  readonly #head: boolean;
  readonly #signal: CancelSignal | undefined;
  #open = true;
  #failed = false;
  #body:
    | { readonly watch: BodyWatch; readonly content: ContentWatch; readonly closable: boolean }
    | undefined;
  #judged = false;

  constructor(parts: RequestParts) {
    this.#parts = parts;
    this.#changes = new EnvironChanges(parts.environ, parts.reporter.roles);
    this.#head = parts.environ.REQUEST_METHOD === 'HEAD';
    this.#signal = parts.environ['tsgi.async'] ? parts.environ['tsgi.signal'] : undefined;
    parts.finish?.arm((outcome) => this.#end(outcome));
  }

  get environ(): Environ {
    return this.#parts.environ;
  }

  get reporter(): Reporter {
    return this.#parts.reporter;
  }

  /** Calls the application. Throws what it throws. */
  call(
    application: (environ: Environ, start: (...call: readonly unknown[]) => unknown) => unknown,
  ): unknown {
    this.#parts.history.activity.begin();
    try {
      return application(this.environ, (...call) => this.#parts.start.call(call));
    } catch (error) {
      this.failed();
      throw error;
    }
  }

  /** Takes note that the server gets no body, since something was thrown in its place. */
  failed(): void {
    this.#failed = true;
    this.#body = undefined;
    this.#close();
  }

  /** Judges what the application did to its environ. */
  lookAtEnviron(): void {
    this.reporter.raise(...this.#changes.look());
  }

  /** Starts to watch the body that the application returned. */
  watchBody(body: object, { array, async }: BodyKind): BodyWatch {
    const { reporter, start, history, files, inputFailure } = this.#parts;
    const served = files.handOver(body);
    const content = new ContentWatch(
      { reporter, start, activity: history.activity, head: this.#head, inputFailure },
      { array, async, region: regionOf(body), served },
    );
    const watch = new BodyWatch({
      reporter,
      content,
      activity: history.activity,
      async,
      judged: array,
      left: () => this.#signal?.aborted === true,
      lookAtEnviron: () => this.#changes.look(),
      onEnd: () => start.end(),
      onClosed: () => this.#close(),
    });
    const closable = typeof Reflect.get(body, 'close') === 'function';
    this.#body = { watch, content, closable };
    content.afterPull();
    if (array) {
      this.#judgeArray(body as readonly unknown[], content);
    }
    return watch;
  }

  // An Array is wholly there, so that what is wrong with it is said before anything is sent.
  #judgeArray(body: readonly unknown[], content: ContentWatch): void {
    for (let index = 0; index < body.length; index += 1) {
      content.chunk(body[index]);
    }
    content.end();
    this.#judged = true;
  }

  #close(): void {
    if (this.#open) {
      this.#open = false;
      this.#parts.history.end();
    }
  }

  #end(outcome: Partial<Outcome>): void {
    this.#close();
    for (const observation of this.#changes.look()) {
      this.reporter.note(observation);
    }
    this.#judgeCleanup(outcome);
    const { open } = this.#parts.files;
    if (open > 0) {
      this.reporter.note(inner('FILE-UNUSED', `no close() of ${open} that tsgi.file_wrapper gave`));
    }
    if (this.reporter.roles.outer === 'server') {
      this.#judgeOutcome(outcome);
    }
  }

  #judgeCleanup(outcome: Partial<Outcome>): void {
    if (this.#body === undefined || this.#body.watch.state === 'closed') {
      return;
    }
    const async = this.#body.watch.async;
    if (this.#body.watch.abandoned) {
      const got = 'callbacks without a return() of the iterator';
      this.reporter.note({ ...outer('CLOSE-RETURN', got), async });
    } else if (this.#body.closable) {
      const got = 'callbacks without a close() of the body';
      this.reporter.note({ ...outer(this.#missingClose(outcome), got), async });
    }
  }

  #missingClose(outcome: Partial<Outcome>): RuleId {
    const { start } = this.#parts;
    const status = start.facts?.status;
    if (this.#body?.watch.state === 'threw') {
      return 'CLOSE-THROW';
    }
    if (status === undefined) {
      return 'CLOSE-SR-ERROR';
    }
    if (this.#head || status === 204 || status === 205 || status === 304) {
      return 'CLOSE-HEAD';
    }
    return outcome.aborted === true ? 'CLOSE-ABORT' : 'CLOSE-CALLED';
  }

  // Where the response was complete and nothing went wrong, both sides counted the same.
  #judgeOutcome({ status, bytesSent, aborted, error }: Partial<Outcome>): void {
    const stored = this.#parts.start.facts?.status;
    if (this.#failed || aborted !== false || error !== undefined || stored === undefined) {
      return;
    }
    if (status !== stored) {
      const got = `${describeValue(status)} as the status of a response with ${stored}`;
      this.reporter.note(outer('FINISH-OUTCOME', got));
    }
    const whole = this.#judged || this.#body?.watch.exhausted === true;
    const octets = this.#body?.content.sendable;
    if (whole && octets !== undefined && bytesSent !== octets) {
      const got = `${describeValue(bytesSent)} as the bytesSent of a body of ${octets}`;
      this.reporter.note(outer('FINISH-OUTCOME', got));
    }
  }
}

function regionOf(body: object): number | undefined {
  const region: unknown = Reflect.get(body, 'tsgi.file');
  const length: unknown = Object(region).length;
  return typeof length === 'number' ? length : undefined;
}
