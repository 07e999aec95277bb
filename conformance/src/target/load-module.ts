import type {
  Application,
  AsyncApplication,
  Lifespan,
  Middleware,
  AsyncMiddleware,
} from '@tsgi/types';
import { describeError } from './host-messages.ts';

type Exports = Readonly<Record<string, unknown>>;

/** The module named on the command line cannot be used. */
export class ModuleUnusable extends Error {
  /** Always `ModuleUnusable`. */
  override readonly name: string = 'ModuleUnusable';
}

/** What the kit takes from the module of an application. */
export interface ApplicationModule {
  readonly application: Application | AsyncApplication;
  /** The export `profile` as it is. */
  readonly declared: unknown;
  readonly lifespan: Lifespan | undefined;
  readonly openResources: (() => number) | undefined;
}

/** Which changes a middleware is documented to make. */
export interface Declares {
  /** Names of response headers that it adds, changes or removes. */
  readonly headers?: readonly string[] | undefined;
  /** It may answer with another status. */
  readonly status?: boolean | undefined;
  /** It may change the content. */
  readonly transformsBody?: boolean | undefined;
  /** It may answer by itself. */
  readonly mayShortCircuit?: boolean | undefined;
  /** It may pull as much of the inner body as it likes, and early. */
  readonly buffers?: boolean | undefined;
  /** It may call the inner application again. */
  readonly retries?: boolean | undefined;
}

/** What the kit takes from the module of a middleware. */
export interface MiddlewareModule {
  readonly middleware: Middleware | AsyncMiddleware;
  readonly declares: Declares;
  readonly declared: unknown;
}

/** Loads the module of an application; rejects with ModuleUnusable. */
export async function loadApplication(url: string): Promise<ApplicationModule> {
  const exports = await load(url);
  const application = pickFunction(exports, ['default', 'app', 'application']);
  if (application === undefined) {
    throw new ModuleUnusable(
      `none of the exports default, app and application is a function (MOD-NONE); exports: ${list(exports)}`,
    );
  }
  const { profile, lifespan, openResources } = exports;
  return {
    application: application as Application,
    declared: profile,
    lifespan: typeof lifespan === 'object' && lifespan !== null ? lifespan : undefined,
    openResources:
      typeof openResources === 'function' ? (openResources as () => number) : undefined,
  };
}

/** Loads the module of a middleware; rejects with ModuleUnusable. */
export async function loadMiddleware(url: string): Promise<MiddlewareModule> {
  const exports = await load(url);
  const { create, options, declares, profile } = exports;
  const middleware =
    pickFunction(exports, ['default', 'middleware']) ??
    (typeof create === 'function'
      ? bind(create as (...args: never[]) => unknown, options)
      : undefined);
  if (middleware === undefined) {
    throw new ModuleUnusable(
      `none of the exports default, middleware and create is a function; exports: ${list(exports)}`,
    );
  }
  return {
    middleware: middleware as Middleware,
    declares: checkDeclares(declares),
    declared: profile,
  };
}

/** What `startup` leaves in the state; rejects with ModuleUnusable where it throws. */
export async function startUp(lifespan: Lifespan | undefined): Promise<Record<string, unknown>> {
  const state: Record<string, unknown> = {};
  try {
    await lifespan?.startup?.(state);
  } catch (error) {
    throw new ModuleUnusable(`startup of the lifespan threw ${describeError(error)}`);
  }
  return state;
}

async function load(url: string): Promise<Exports> {
  try {
    return (await import(url)) as Exports;
  } catch (error) {
    throw new ModuleUnusable(`the module cannot be loaded: ${describeError(error)}`);
  }
}

function pickFunction(exports: Exports, names: readonly string[]): unknown {
  return names.map((name) => exports[name]).find((value) => typeof value === 'function');
}

function bind(create: (...args: never[]) => unknown, options: unknown): Middleware {
  return (application) => Reflect.apply(create, undefined, [application, options]) as never;
}

function list(exports: Exports): string {
  const names = Object.keys(exports);
  return names.length === 0 ? 'none' : names.join(', ');
}

const SWITCHES: readonly string[] = [
  'status',
  'transformsBody',
  'mayShortCircuit',
  'buffers',
  'retries',
];

function checkDeclares(declares: unknown): Declares {
  if (declares === undefined) return {};
  if (typeof declares !== 'object' || declares === null) {
    throw new ModuleUnusable('the export declares is no object');
  }
  for (const [key, value] of Object.entries(declares)) {
    const isList = Array.isArray(value) && value.every((item) => typeof item === 'string');
    const isRight =
      key === 'headers' ? isList : SWITCHES.includes(key) && typeof value === 'boolean';
    if (!isRight) {
      const takes = `headers (names) and ${SWITCHES.join(', ')} (booleans)`;
      throw new ModuleUnusable(`declares.${key} is not right; declares takes ${takes}`);
    }
  }
  return declares;
}
