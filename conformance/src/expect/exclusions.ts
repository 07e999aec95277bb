/** Rule 1: a check is excluded by an entry of `excluded.json`, with its date and its link, or not at all. */
import { readFileSync } from 'node:fs';
import { departures } from '../schema/departures.ts';
import type { Schema } from '../schema/departures.ts';

/** A check that was challenged with success; `schemas/excluded.schema.json` describes it. */
export interface Exclusion {
  readonly check: string;
  /** The day of the decision: `2027-01-31`. */
  readonly date: string;
  /** Where the challenge and the decision are to be read. */
  readonly link: string;
  /** What is wrong with the check, in a sentence. */
  readonly why: string;
}

const SHIPPED = new URL('../../excluded.json', import.meta.url);
const SCHEMA = new URL('../../schemas/excluded.schema.json', import.meta.url);

/** The kit cannot do without these: they prove that there is a server, and what it can do. */
const INDISPENSABLE = /^BOOT-/;

/** The excluded checks by id, each with what a skip says of it. Throws where the file is wrong. */
export function readExclusions(
  text: string = readFileSync(SHIPPED, 'utf8'),
): Readonly<Record<string, string>> {
  const list = JSON.parse(text) as { readonly excluded: readonly Exclusion[] };
  const schema = JSON.parse(readFileSync(SCHEMA, 'utf8')) as Schema;
  const [fault] = departures(schema, list);
  if (fault !== undefined) throw new Error(`excluded.json: ${fault}`);
  for (const { check } of list.excluded) {
    if (INDISPENSABLE.test(check)) throw new Error(`excluded.json: ${check} cannot be excluded`);
  }
  return Object.fromEntries(
    list.excluded.map(({ check, date, link, why }) => [check, `since ${date}: ${why} ${link}`]),
  );
}
