import type { CheckId } from '../check.ts';
import type { ModuleOrder } from '../target/module-messages.ts';
import type { ApplicationSuiteOptions } from '../suites/application/run-application-suite.ts';
import type { MiddlewareSuiteOptions } from '../suites/middleware/run-middleware-suite.ts';

/** An application or a middleware with exactly one seam replaced, and the checks that must notice. */
export interface BrokenModule {
  readonly id: string;
  /** What is wrong with it, in a few words. */
  readonly defect: string;
  /** Every check that fails, with a fragment of its message; no other check may fail. */
  readonly fails: Readonly<Partial<Record<CheckId, string>>>;
  /** A fresh one, and what belongs to it. */
  readonly options: () => ApplicationSuiteOptions | MiddlewareSuiteOptions;
}

/** A module that cannot be judged: a run of it must end with exit code 3 and without a pass. */
export interface FaultyModule {
  readonly id: string;
  readonly defect: string;
  /** A file below the folder of the kind. */
  readonly file: string;
}

/** What one of the folders below `mutants` holds. */
export interface ModuleCatalogue {
  readonly kind: ModuleOrder['kind'];
  readonly mutants: readonly BrokenModule[];
  /** The references, and what differs from them in ways that every rule allows. */
  readonly variants: readonly BrokenModule[];
  readonly harnesses: readonly FaultyModule[];
}

/** The folder of one kind of module, a URL that ends in a slash. */
export function folderOf(kind: ModuleOrder['kind']): URL {
  return new URL(`../../mutants/${kind}/`, import.meta.url);
}

/** Loads what ships with the kit. */
export async function loadModuleCatalogues(): Promise<readonly ModuleCatalogue[]> {
  return Promise.all([loadModuleCatalogue('application'), loadModuleCatalogue('middleware')]);
}

async function loadModuleCatalogue(kind: ModuleOrder['kind']): Promise<ModuleCatalogue> {
  const url = new URL('index.mjs', folderOf(kind));
  return { kind, ...((await import(url.href)) as Omit<ModuleCatalogue, 'kind'>) };
}
