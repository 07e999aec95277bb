// All broken servers and all legal variants, by id.
import { readFileSync } from 'node:fs';
import { bodyMutants } from './body-mutants.mjs';
import { cleanupMutants } from './cleanup-mutants.mjs';
import { connectionMutants } from './connection-mutants.mjs';
import { environMutants } from './environ-mutants.mjs';
import { inputMutants } from './input-mutants.mjs';
import { legalVariants } from './legal-variants.mjs';
import { requestMutants } from './request-mutants.mjs';
import { responseMutants } from './response-mutants.mjs';

// Every check that fails because of a defect, with a fragment of its message; no other may fail. A new
// mutant gets its entry from what `selftest --mutant ID` reports.
const expectations = JSON.parse(
  readFileSync(new URL('./expectations.json', import.meta.url), 'utf8'),
);

/** Servers with one defect each, and the checks that must fail because of it. */
export const mutants = [
  ...environMutants,
  ...requestMutants,
  ...inputMutants,
  ...responseMutants,
  ...bodyMutants,
  ...cleanupMutants,
  ...connectionMutants,
].map((mutant) => Object.assign(mutant, { fails: expectations[mutant.id] ?? {} }));

/** Servers that differ from the reference in ways that every rule allows. */
export const variants = legalVariants.map((variant) => Object.assign(variant, { fails: {} }));

/** Throws for an id that is in neither list. */
export function findMutant(id) {
  const found = [...mutants, ...variants].find((mutant) => mutant.id === id);
  if (found === undefined) throw new Error(`no mutant has the id ${id}`);
  return found;
}
