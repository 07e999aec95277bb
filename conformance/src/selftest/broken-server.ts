import type { CheckId } from '../check.ts';

/** A server of the kit with exactly one seam replaced, and the checks that must notice. */
export interface BrokenServer {
  readonly id: string;
  /** What is wrong with it, in a few words. */
  readonly defect: string;
  /** The entry of the table of seams that is replaced. */
  readonly seam: string;
  readonly make: (original: unknown) => unknown;
  /** Where it is present, the replacement does what the original does unless this is true. */
  readonly when?: (...args: readonly unknown[]) => boolean;
  /** The entry of the environ in which alone the defect shows. */
  readonly entry?: string;
  /** True where the replacement of a function that only computes keeps something between calls. */
  readonly stateful?: boolean;
  /** True where it harms whatever else runs in its process, as by closing descriptors of others. */
  readonly alone?: boolean;
  /** Every check that fails, with a fragment of its message; no other check may fail. */
  readonly fails: Readonly<Partial<Record<CheckId, string>>>;
  readonly capabilities?: Readonly<Record<string, boolean>>;
}

/** An adapter that is at fault itself: a run of it must end with exit code 3 and without a pass. */
export interface FaultyHarness {
  readonly id: string;
  readonly defect: string;
  /** A file name beside the list. */
  readonly file: string;
}

/** What the folder `mutants` holds. */
export interface MutantCatalogue {
  readonly mutants: readonly BrokenServer[];
  /** Differ from the reference in ways that every rule allows; all checks must pass. */
  readonly variants: readonly BrokenServer[];
  readonly harnesses: readonly FaultyHarness[];
}

/** Loads the catalogue that ships with the kit. */
export async function loadCatalogue(): Promise<MutantCatalogue> {
  const servers = new URL('../../mutants/server/index.mjs', import.meta.url);
  const harness = new URL('../../mutants/harness/index.mjs', import.meta.url);
  const { mutants, variants } = (await import(servers.href)) as Omit<MutantCatalogue, 'harnesses'>;
  const { harnesses } = (await import(harness.href)) as Pick<MutantCatalogue, 'harnesses'>;
  return { mutants, variants, harnesses };
}
