// All broken middleware and all legal variants, each ready to be judged.
import { readFileSync } from 'node:fs';
import { asyncMiddlewareMutants } from './async-mutants.mjs';
import { bodyMutants } from './body-mutants.mjs';
import { callMutants } from './call-mutants.mjs';
import { inputMutants } from './input-mutants.mjs';
import { middlewareVariants } from './legal-variants.mjs';
import { declares, makeMiddleware, referenceSeams } from './reference.mjs';

// Every check that fails because of a defect, with a fragment of its message; no other may fail.
const expectations = JSON.parse(
  readFileSync(new URL('./expectations.json', import.meta.url), 'utf8'),
);

const judged = (mutant, profile, fails) => ({
  ...mutant,
  fails,
  options: () => {
    const { seam, make } = mutant;
    const seams = { ...referenceSeams, [seam]: make(referenceSeams[seam]) };
    return {
      middleware: makeMiddleware(seams),
      declares: mutant.declares ?? declares,
      profile,
    };
  },
});

const none = {
  defect: 'none: the unchanged middleware',
  seam: 'answer',
  make: (original) => original,
};

export const mutants = [
  ...[...callMutants, ...inputMutants, ...bodyMutants].map((mutant) =>
    judged(mutant, 'sync', expectations[mutant.id] ?? {}),
  ),
  ...asyncMiddlewareMutants.map((mutant) => judged(mutant, 'async', expectations[mutant.id] ?? {})),
];

/** The reference, and what differs from it in ways that every rule allows. */
export const variants = [
  judged({ ...none, id: 'middleware' }, 'sync', {}),
  judged({ ...none, id: 'async-middleware' }, 'async', {}),
  ...middlewareVariants.map((variant) => judged(variant, variant.profile ?? 'sync', {})),
];

/** Modules that are at fault themselves: a run must end with exit code 3, and no check may pass. */
export const harnesses = [
  { id: 'HM1', defect: 'the module throws while it is loaded', file: 'harness/throws.mjs' },
  { id: 'HM2', defect: 'the module exports no function', file: 'harness/no-function.mjs' },
  {
    id: 'HM3',
    defect: 'the module declares what the kit does not know',
    file: 'harness/declares.mjs',
  },
  { id: 'HM4', defect: 'the middleware never comes back', file: 'harness/endless-loop.mjs' },
  {
    id: 'HM5',
    defect: 'the middleware throws where it is put around',
    file: 'harness/wrap-throws.mjs',
  },
];
