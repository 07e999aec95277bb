import type { Application, AsyncApplication, Lifespan, Profile } from '@tsgi/types';
import { EventLog } from '../../engine/event-log.ts';
import { runModuleSuite } from '../../engine/run-module-suite.ts';
import type { ModuleProgress, ModuleSelection } from '../../engine/run-module-suite.ts';
import type { SuiteRun } from '../../engine/run-suite.ts';
import { DEFAULT_REQUESTS } from '../../memory/memory-request.ts';
import type { MemoryRequest } from '../../memory/memory-request.ts';
import { MemoryExchange } from '../../memory/serve-in-memory.ts';
import { codeOfServed } from '../../memory/served.ts';
import type { Served } from '../../memory/served.ts';
import { runSteps } from '../../memory/steps.ts';
import { chooseExitCode } from '../../report/exit-code.ts';
import type { ExitCode } from '../../report/exit-code.ts';
import { ModuleUnusable, startUp } from '../../target/load-module.ts';
import { findPersonality } from './personalities.ts';
import { ApplicationSession, mark } from './session.ts';
import { applicationSuite } from './suite.ts';

/** How an application or a middleware is to be judged; everything can be left out. */
export interface ModuleSuiteOptions extends Partial<ModuleSelection>, ModuleProgress {
  /** Asked for instead of the default requests. */
  readonly requests?: readonly MemoryRequest[] | undefined;
  /** Under which profile it is called; found out where it is not given. */
  readonly profile?: Profile | undefined;
  /** Milliseconds for everything that is waited for; 5000 unless given. */
  readonly budget?: number | undefined;
  /** The name in reports. */
  readonly name?: string | undefined;
  /** Told of each personality before it begins. */
  readonly onPersonality?: ((id: string) => void) | undefined;
}

/** What an application suite is about. */
export interface ApplicationSuiteOptions extends ModuleSuiteOptions {
  /** Called in this process, for each request under each personality. */
  readonly application: Application | AsyncApplication;
  /** The export `profile` of its module; the profile given, where there is no module. */
  readonly declared?: unknown;
  /** Its startup runs before the first call of the application, its shutdown after the last. */
  readonly lifespan?: Lifespan | undefined;
  /** How many resources it holds; open descriptors and timers are counted where it is absent. */
  readonly openResources?: (() => number) | undefined;
}

/** The results of a suite and what they come to. */
export interface ModuleSuiteRun extends SuiteRun {
  /** What the command ends with where there is no file of expected failures. */
  readonly exitCode: ExitCode;
  /** The profile under which it was called: given, declared or found out. */
  readonly profile: Profile;
}

/** How long a client waits for what comes after the first chunk: a part of the budget. */
const BRIEF_PART = 10;

/** Milliseconds for one wait, an upper bound. */
const BUDGET = 5000;

/** Judges an application in this very process, without a socket. Rejects with ModuleUnusable. */
export async function runApplicationSuite(
  options: ApplicationSuiteOptions,
): Promise<ModuleSuiteRun> {
  const { application, requests = DEFAULT_REQUESTS, lifespan, openResources } = options;
  const budget = options.budget ?? BUDGET;
  const patience = { budget, brief: Math.ceil(budget / BRIEF_PART) };
  const state = await startUp(lifespan);
  const asked = { application, requests, state, patience };
  const declared = 'declared' in options ? options.declared : options.profile;
  const found =
    options.profile === undefined
      ? await findProfile({ ...asked, declared })
      : { profile: options.profile };
  const { profile } = found;
  const selection = selectionOf(options);
  const { personalities } = selection;
  const session = new ApplicationSession({
    ...asked,
    ...found,
    declared,
    personalities,
    openResources,
    onPersonality: options.onPersonality,
  });
  const results = await runModuleSuite(applicationSuite, {
    ...options,
    session,
    profile,
    selection,
  });
  await shutDown(lifespan, state);
  return conclude(options.name ?? 'application', results, profile);
}

/** What is to be run, with every choice that was left open. */
export function selectionOf(options: ModuleSuiteOptions): ModuleSelection {
  const { run = [], skip = [], profiles = [], personalities = [], threshold = 'must' } = options;
  const { excluded } = options;
  return { run, skip, profiles, personalities, threshold, excluded };
}

/** Puts results, name and exit code together. */
export function conclude(
  name: string,
  results: SuiteRun['results'],
  profile: Profile,
): ModuleSuiteRun {
  const meta = { name, version: profile };
  return { meta, results, exitCode: chooseExitCode(results), profile };
}

interface Asked {
  readonly application: Application | AsyncApplication;
  readonly declared: unknown;
  readonly requests: readonly MemoryRequest[];
  readonly state: Record<string, unknown>;
  readonly patience: { readonly budget: number; readonly brief: number };
}

/**
 * What the module declares; else how the application answers where nothing asynchronous is taken. An
 * asynchronous one that knows of that answers with 500, so that it is asked once more.
 */
async function findProfile(
  asked: Asked,
): Promise<{ readonly profile: Profile; readonly first?: Served }> {
  const { declared, requests } = asked;
  if (declared === 'async' || declared === 'sync') return { profile: declared };
  const request = requests.find(({ method }) => method === 'GET') ?? requests[0];
  if (request === undefined) throw new ModuleUnusable('there is no request to make');
  const [first] = mark(request);
  const answer = await askOnce(asked, first, 'sync');
  if (answer.asynchronous) return { profile: 'async' };
  if (codeOfServed(answer) === 500 && answer.fault === undefined) {
    const { asynchronous } = await askOnce(asked, first, 'async');
    if (asynchronous) return { profile: 'async' };
  }
  return { profile: 'sync', first: answer };
}

function askOnce(
  { application, state, patience }: Asked,
  request: MemoryRequest,
  profile: Profile,
): Promise<Served> {
  const { environ, start, input, leaves } = findPersonality('P0');
  const exchange = new MemoryExchange(application, {
    request,
    profile,
    environ: { ...environ, async: profile === 'async' },
    start,
    input,
    leaves,
    side: '',
    log: new EventLog(),
    state,
    violations: [],
    ownFaults: [],
  });
  return runSteps(exchange.serve(), patience);
}

async function shutDown(
  lifespan: Lifespan | undefined,
  state: Record<string, unknown>,
): Promise<void> {
  try {
    await lifespan?.shutdown?.(state);
  } catch (error) {
    throw new ModuleUnusable(`shutdown of the lifespan threw ${String(error)}`);
  }
}
