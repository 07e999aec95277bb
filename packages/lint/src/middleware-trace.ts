// Rule 1: what only shows when both sides of a middleware are seen is judged here.

import type { Environ } from '@tsgi/types';
import { describeValue, quote } from './describe-value.ts';
import { HandedOn } from './handed-on.ts';
import type { Reporter } from './reporter.ts';
import { inner } from './roles.ts';
import type { RuleId } from './rules.gen.ts';

/** What a middleware is documented to do, which others may not. */
export interface MiddlewareLicence {
  /** It may call the inner application again. */
  readonly retries?: boolean | undefined;
  /** It may pull as much of the inner body as it likes, and before its own body is pulled. */
  readonly buffers?: boolean | undefined;
}

/** What one request looks like from both sides of a middleware. */
export class MiddlewareTrace {
  readonly #reporter: Reporter;
  readonly #licence: MiddlewareLicence;
  readonly #outer: Place;
  readonly #handedOn: HandedOn;
  readonly #async: boolean;
  readonly #told: Set<RuleId> = new Set();
  #calls = 0;
  #pulled = false;
  #chunks = 0;
  #outerStatus: number | undefined;
  #innerStarted = false;
  #forwarding: { readonly error: unknown; passed: boolean } | undefined;
  #failure: { readonly error: unknown } | undefined;
  #closing = 0;

  constructor(environ: Environ, reporter: Reporter, licence: MiddlewareLicence) {
    this.#reporter = reporter;
    this.#licence = licence;
    this.#outer = snapshot(environ);
    this.#handedOn = new HandedOn(environ);
    this.#async = environ['tsgi.async'];
  }

  /** The middleware passes an environ on; nothing has looked at it yet. */
  handedOver(environ: Environ): void {
    if (!this.#async && environ['tsgi.async']) {
      this.#raise('ASYNC-NO-UPGRADE', 'tsgi.async changed from false to true');
    }
  }

  /** The middleware calls the inner application. */
  innerCall(environ: Environ): void {
    this.#calls += 1;
    this.#innerStarted = false;
    this.#failure = undefined;
    if (this.#calls > 1 && this.#licence.retries !== true) {
      this.#raise('MW-CALL-ONCE', `call ${this.#calls} of the inner application`);
    }
    for (const [rule, got] of this.#handedOn.look(environ)) {
      this.#raise(rule, got);
    }
    const now = snapshot(environ);
    const { target } = this.#outer;
    if (hasMoved(this.#outer, now) && join(now) !== join(this.#outer)) {
      const got = `SCRIPT_NAME ${quote(String(now.script))} and PATH_INFO ${quote(String(now.path))}`;
      this.#raise('MW-MOUNT', got);
    }
    if (now.target !== target) {
      this.#raise('MW-URI', `REQUEST_URI changed to ${quote(String(now.target))}`);
    }
  }

  /** The inner application calls startResponse; `pass` hands that to the middleware. */
  innerStart(error: unknown, pass: () => unknown): unknown {
    if (!this.#innerStarted && this.#outerStatus !== undefined && error === undefined) {
      this.#raiseUnlessRetrying('MW-SR-FORWARD', 'an outer response that had begun already');
    }
    this.#innerStarted = true;
    const begun = this.#outerStatus !== undefined;
    // Once a response has begun, a middleware may replace it with an error of its own.
    if (error === undefined && begun) {
      return pass();
    }
    const forwarding = { error, passed: false };
    this.#forwarding = forwarding;
    try {
      return pass();
    } finally {
      this.#forwarding = undefined;
      if (begun && !forwarding.passed) {
        this.#note('MW-ERROR', `no call of the outer startResponse with ${describeValue(error)}`);
      }
    }
  }

  /** The middleware calls the outer startResponse. */
  outerStart(status: unknown, error: unknown): void {
    const forwarding = this.#forwarding;
    this.#outerStatus = Number.parseInt(String(status), 10);
    if (forwarding === undefined) {
      return;
    }
    const passed = error === forwarding.error;
    forwarding.passed = true;
    if (!passed) {
      const got = `${describeValue(error)} in place of ${describeValue(forwarding.error)}`;
      this.#raise('MW-ERROR', got);
    }
  }

  /** The server pulls from the middleware. */
  outerPull(): void {
    this.#pulled = true;
    this.#chunks = 0;
  }

  /** The middleware pulls from the inner body. */
  innerPull(): void {
    if (!this.#pulled) {
      this.#raiseUnlessBuffering('MW-LAZY', 'a pull of the inner body before one of the outer');
    }
  }

  /** The inner body gives a chunk. */
  innerChunk(): void {
    this.#chunks += 1;
    if (this.#chunks > 1 && this.#pulled) {
      this.#raiseUnlessBuffering('MW-NOBLOCK', `${this.#chunks} inner chunks in one outer pull`);
    }
  }

  /** The inner application or its body threw. */
  innerThrew(error: unknown): void {
    this.#failure = { error };
  }

  /** The middleware's response has come to its end in order. */
  outerEnd(): void {
    const status = this.#outerStatus ?? 0;
    if (this.#failure !== undefined && status < 400) {
      const got = `status ${status} after ${describeValue(this.#failure.error)}`;
      this.#raise('MW-EXC', got, this.#failure.error);
    }
  }

  /** The inner `close()` has begun; call what this returns when it has settled. */
  innerClosing(): () => void {
    this.#closing += 1;
    return () => {
      this.#closing -= 1;
    };
  }

  /** What the middleware's own `close()` returned has settled. */
  outerClosed(): void {
    if (this.#closing > 0) {
      this.#note('ASYNC-MW-CLOSE', 'a close() that settled before the inner one');
    }
    if (this.#handedOn.missesAbort) {
      this.#note('SIGNAL-MW', 'a signal that did not abort when the outer one did');
    }
  }

  #raiseUnlessBuffering(rule: RuleId, got: string): void {
    if (this.#licence.buffers !== true) {
      this.#raise(rule, got);
    }
  }

  #raiseUnlessRetrying(rule: RuleId, got: string): void {
    if (this.#licence.retries !== true) {
      this.#raise(rule, got);
    }
  }

  #raise(rule: RuleId, got: string, cause?: unknown): void {
    if (!this.#told.has(rule)) {
      this.#told.add(rule);
      this.#reporter.raise(inner(rule, got, cause));
    }
  }

  #note(rule: RuleId, got: string): void {
    if (!this.#told.has(rule)) {
      this.#told.add(rule);
      this.#reporter.note(inner(rule, got));
    }
  }
}

/** What tells whose resource a request is about. */
type Place = Readonly<Record<'script' | 'path' | 'target', unknown>>;

function join({ script, path }: Place): string {
  return `${String(script)}${String(path)}`;
}

/**
 * A prefix was moved where the path became another one, or is the one that the script name has grown
 * by. A script name that comes from elsewhere, as from X-Forwarded-Prefix, moves nothing.
 */
function hasMoved(before: Place, now: Place): boolean {
  if (now.script === before.script) {
    return false;
  }
  if (now.path !== before.path) {
    return true;
  }
  const old = String(before.script);
  const grown = String(now.script);
  const path = String(now.path);
  const added = grown.startsWith(old) ? grown.slice(old.length) : '';
  return added !== '' && `${path}/`.startsWith(`${added}/`);
}

function snapshot(environ: Environ): Place {
  const { SCRIPT_NAME: script, PATH_INFO: path, REQUEST_URI: target } = environ;
  return { script, path, target };
}
