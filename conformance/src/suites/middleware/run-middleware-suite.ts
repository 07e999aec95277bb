import type { AsyncMiddleware, Middleware, Profile } from '@tsgi/types';
import { runModuleSuite } from '../../engine/run-module-suite.ts';
import type { Declares } from '../../target/load-module.ts';
import { conclude, selectionOf } from '../application/run-application-suite.ts';
import type { ModuleSuiteOptions, ModuleSuiteRun } from '../application/run-application-suite.ts';
import { MIDDLEWARE_REQUESTS } from './probes.ts';
import { MiddlewareSession } from './session.ts';
import { middlewareSuite } from './suite.ts';

/** What a middleware suite is about. */
export interface MiddlewareSuiteOptions extends ModuleSuiteOptions {
  /** Called in this process, with applications of the kit. */
  readonly middleware: Middleware | AsyncMiddleware;
  /** What it is documented to change; nothing unless given. */
  readonly declares?: Declares | undefined;
  /** The export `profile` of its module. */
  readonly declared?: unknown;
}

const BUDGET = 5000;
const BRIEF_PART = 10;

/**
 * Judges a middleware in this very process, between two lints and around the applications of the
 * kit. It is the synchronous profile unless `profile` or `declared` is `'async'`; what it makes of
 * asynchronous results is looked at in both.
 */
export async function runMiddlewareSuite(options: MiddlewareSuiteOptions): Promise<ModuleSuiteRun> {
  const { middleware, declares = {}, requests = MIDDLEWARE_REQUESTS, declared } = options;
  const budget = options.budget ?? BUDGET;
  const profile: Profile = options.profile ?? (declared === 'async' ? 'async' : 'sync');
  const selection = selectionOf(options);
  const session = new MiddlewareSession({
    middleware,
    declares,
    profile,
    requests,
    patience: { budget, brief: Math.ceil(budget / BRIEF_PART) },
    personalities: selection.personalities,
    onPersonality: options.onPersonality,
  });
  const results = await runModuleSuite(middlewareSuite, {
    ...options,
    session,
    profile,
    selection,
  });
  return conclude(options.name ?? 'middleware', results, profile);
}
