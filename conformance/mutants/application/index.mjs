// All broken applications and all legal variants, each ready to be judged.
import { readFileSync } from 'node:fs';
import { asyncRequests, asyncSeams, makeAsyncApplication } from './async-reference.mjs';
import { asyncApplicationMutants } from './async-mutants.mjs';
import { bodyMutants } from './body-mutants.mjs';
import { applicationVariants } from './legal-variants.mjs';
import { makeApplication, openResources, referenceSeams, requests } from './reference.mjs';
import { requestMutants } from './request-mutants.mjs';
import { startMutants } from './start-mutants.mjs';

// Every check that fails because of a defect, with a fragment of its message; no other may fail.
const expectations = JSON.parse(
  readFileSync(new URL('./expectations.json', import.meta.url), 'utf8'),
);

const broken = (seams, { seam, make }) => ({ ...seams, [seam]: make(seams[seam]) });

const synchronous = (mutant, fails) => ({
  ...mutant,
  fails,
  options: () => ({
    application: makeApplication(broken(referenceSeams, mutant)),
    requests,
    openResources,
  }),
});

const asynchronous = (mutant, fails) => ({
  ...mutant,
  fails,
  options: () => ({
    application: makeAsyncApplication(broken(asyncSeams, mutant)),
    declared: 'declared' in mutant ? mutant.declared : 'async',
    requests: asyncRequests,
    openResources: mutant.openResources ?? (() => 0),
  }),
});

const none = {
  defect: 'none: the unchanged application',
  seam: 'answer',
  make: (original) => original,
};

export const mutants = [
  ...[...startMutants, ...bodyMutants, ...requestMutants].map((mutant) =>
    synchronous(mutant, expectations[mutant.id] ?? {}),
  ),
  ...asyncApplicationMutants.map((mutant) => asynchronous(mutant, expectations[mutant.id] ?? {})),
];

/** The references and what differs from them in ways that every rule allows. */
export const variants = [
  synchronous({ ...none, id: 'application' }, {}),
  asynchronous({ ...none, seam: 'dispatch', id: 'async-application' }, {}),
  ...applicationVariants.map((variant) => synchronous(variant, {})),
];

/** Modules that are at fault themselves: a run must end with exit code 3, and no check may pass. */
export const harnesses = [
  { id: 'HA1', defect: 'the module throws while it is loaded', file: 'harness/throws.mjs' },
  { id: 'HA2', defect: 'the module exports no function', file: 'harness/no-function.mjs' },
  { id: 'HA3', defect: 'the module never finishes loading', file: 'harness/never-loads.mjs' },
  { id: 'HA4', defect: 'the module ends its process', file: 'harness/exits.mjs' },
  { id: 'HA5', defect: 'the application never comes back', file: 'harness/endless-loop.mjs' },
  { id: 'HA6', defect: 'the startup of the lifespan throws', file: 'harness/startup-throws.mjs' },
  {
    id: 'HA7',
    defect: 'the module blocks its thread while it is loaded',
    file: 'harness/blocks.mjs',
  },
];
