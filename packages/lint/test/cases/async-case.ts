import type { AsyncApplication, AsyncBody, Environ } from '@tsgi/types';
import type { Blame, RuleId } from '../../src/index.ts';
import { makeAsyncExchange, serveAsync } from '../async-gateway.ts';
import type { Exchange, RequestOptions } from '../gateway.ts';
import { HELLO } from './case.ts';

/** One broken side and what the lint says of it. */
export interface AsyncCase {
  readonly name: string;
  readonly rule: RuleId;
  readonly blame: Blame;
  /** Part of what the finding says was got. */
  readonly got: string;
  readonly application: AsyncApplication;
  readonly request?: () => RequestOptions;
  /** What the server does; serves the request soundly unless given. */
  readonly act?: (linted: AsyncApplication, exchange: Exchange) => Promise<unknown>;
}

/** @yields Two chunks, one after the other. */
export const generated: AsyncApplication = async function* generate(_environ, startResponse) {
  startResponse('200 OK', []);
  yield HELLO;
  yield HELLO;
};

/** An application that starts and then returns what this makes. */
export const responding =
  (make: (environ: Environ) => unknown): AsyncApplication =>
  (environ, startResponse) => {
    startResponse('200 OK', []);
    return make(environ) as AsyncBody;
  };

/** Runs a case: the server's fault, or a sound server. */
export async function runCase(found: AsyncCase, linted: AsyncApplication): Promise<Exchange> {
  const exchange = makeAsyncExchange(found.request?.());
  await (found.act ?? serveAsync)(linted, exchange);
  return exchange;
}
