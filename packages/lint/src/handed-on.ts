// Rule 1: what a middleware may make of the entries that are the server's word is judged here.

import type { CancelSignal, Environ } from '@tsgi/types';
import { quote } from './describe-value.ts';
import type { RuleId } from './rules.gen.ts';

/** The entries that a middleware hands on or withholds, as they were when it was called. */
export class HandedOn {
  readonly #tls: unknown;
  readonly #raw: unknown;
  readonly #rawText: string;
  readonly #fields: readonly (readonly [key: string, value: unknown])[];
  readonly #signal: CancelSignal | undefined;
  #inner: CancelSignal | undefined;

  /** `environ` is what the middleware is called with. */
  constructor(environ: Environ) {
    this.#tls = environ['tsgi.tls'];
    this.#raw = environ['tsgi.raw_headers'];
    this.#rawText = JSON.stringify(this.#raw);
    this.#fields = Object.entries(environ).filter(([key]) => key.startsWith('HTTP_'));
    this.#signal = environ['tsgi.signal'];
  }

  /**
   * Looks at the environ that the inner application is called with.
   * @yields What is wrong with it.
   */
  *look(environ: Environ): Generator<readonly [rule: RuleId, got: string]> {
    this.#inner = environ['tsgi.signal'];
    const tls = environ['tsgi.tls'];
    if (tls !== undefined && tls !== this.#tls) {
      yield ['TLS-MW', `${this.#tls === undefined ? 'a new' : 'another'} tsgi.tls`];
    }
    const raw: unknown = environ['tsgi.raw_headers'];
    if (raw === undefined) {
      return;
    }
    if (raw !== this.#raw || JSON.stringify(raw) !== this.#rawText) {
      yield ['RAW-KEEP', 'a tsgi.raw_headers that is not as it was'];
    }
    const now: object = environ;
    const changed = this.#fields.find(([key, value]) => Reflect.get(now, key) !== value);
    if (changed !== undefined) {
      yield ['RAW-WITHHOLD', `tsgi.raw_headers beside a changed ${quote(changed[0]).slice(1, -1)}`];
    }
  }

  /** True where the client has left and the inner application was not told. */
  get missesAbort(): boolean {
    const [outer, inner] = [this.#signal, this.#inner];
    return inner !== undefined && inner !== outer && outer?.aborted === true && !inner.aborted;
  }
}
