// All broken servers and all legal variants, by id.
import { readFileSync } from 'node:fs';
import { asyncMutants } from './async-mutants.mjs';
import { bodyMutants } from './body-mutants.mjs';
import { capabilityMutants } from './capability-mutants.mjs';
import { cleanupMutants } from './cleanup-mutants.mjs';
import { connectionMutants } from './connection-mutants.mjs';
import { entryMutants } from './entry-mutants.mjs';
import { environMutants } from './environ-mutants.mjs';
import { fileFramingMutants } from './file-framing-mutants.mjs';
import { fileMutants } from './file-mutants.mjs';
import { flushMutants } from './flush-mutants.mjs';
import { generalMutants } from './general-mutants.mjs';
import { entries, guards } from './guards.mjs';
import { hintMutants } from './hint-mutants.mjs';
import { inputMutants } from './input-mutants.mjs';
import { moduleMutants } from './module-mutants.mjs';
import { legalVariants } from './legal-variants.mjs';
import { listMutants } from './list-mutants.mjs';
import { outcomeMutants } from './outcome-mutants.mjs';
import { preciseMutants } from './precise-mutants.mjs';
import { requestMutants } from './request-mutants.mjs';
import { responseMutants } from './response-mutants.mjs';
import { signalMutants } from './signal-mutants.mjs';
import { stateMutants } from './state-mutants.mjs';
import { subtleEndMutants } from './subtle-end-mutants.mjs';
import { subtleInputMutants } from './subtle-input-mutants.mjs';
import { subtleRequestMutants } from './subtle-request-mutants.mjs';
import { subtleResponseMutants } from './subtle-response-mutants.mjs';
import { tlsMutants } from './tls-mutants.mjs';
import { trailerMutants } from './trailer-mutants.mjs';
import { wireMutants } from './wire-mutants.mjs';
import { furtherRequestMutants } from './further-request-mutants.mjs';
import { furtherResponseMutants } from './further-response-mutants.mjs';

// Every check that fails because of a defect, with a fragment of its message; no other may fail. A new
// mutant gets its entry from what `selftest --mutant ID` reports.
const expectations = JSON.parse(
  readFileSync(new URL('./expectations.json', import.meta.url), 'utf8'),
);

function complete(mutant) {
  const { id } = mutant;
  const when = guards[id] ?? mutant.when;
  const entry = entries[id];
  return Object.assign(mutant, {
    fails: expectations[id] ?? {},
    ...(when && { when }),
    ...(entry && { entry }),
  });
}

/** Servers with one defect each, and the checks that must fail because of it. */
export const mutants = [
  ...environMutants,
  ...requestMutants,
  ...inputMutants,
  ...responseMutants,
  ...bodyMutants,
  ...cleanupMutants,
  ...connectionMutants,
  ...fileMutants,
  ...fileFramingMutants,
  ...asyncMutants,
  ...hintMutants,
  ...flushMutants,
  ...signalMutants,
  ...stateMutants,
  ...tlsMutants,
  ...trailerMutants,
  ...moduleMutants,
  ...capabilityMutants,
  ...entryMutants,
  ...outcomeMutants,
  ...wireMutants,
  ...furtherRequestMutants,
  ...furtherResponseMutants,
  ...subtleRequestMutants,
  ...subtleInputMutants,
  ...subtleResponseMutants,
  ...subtleEndMutants,
  ...listMutants,
  ...generalMutants,
  ...preciseMutants,
].map(complete);

/** Servers that differ from the reference in ways that every rule allows. */
export const variants = legalVariants.map((variant) => Object.assign(variant, { fails: {} }));

/** Throws for an id that is in neither list. */
export function findMutant(id) {
  const found = [...mutants, ...variants].find((mutant) => mutant.id === id);
  if (found === undefined) throw new Error(`no mutant has the id ${id}`);
  return found;
}
