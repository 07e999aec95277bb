/**
 * Rule 1: the words in which the kit gives its verdicts all stand here; nothing else is a verdict.
 */

/** What became of one check. `error` is a fault of the kit or the harness, never of a rule. */
export type Outcome =
  | 'pass'
  | 'fail'
  | 'warn'
  | 'info'
  | 'skip'
  | 'xfail'
  | 'xpass'
  | 'blocked'
  | 'error'
  | 'notrun';

/** Every outcome, in the order in which summaries list them. */
export const OUTCOMES: readonly Outcome[] = [
  'pass',
  'fail',
  'warn',
  'info',
  'skip',
  'xfail',
  'xpass',
  'blocked',
  'error',
  'notrun',
];

/** What a server may lack without breaking a rule; an adapter declares it, the kit probes it. */
export type Capability =
  | 'async'
  | 'http10'
  | 'keepAlive'
  | 'pipelining'
  | 'chunkedRequest'
  | 'files'
  | 'signal'
  | 'flushHeaders'
  | 'earlyHints'
  | 'trailers'
  | 'rawHeaders'
  | 'state'
  | 'tls'
  | 'modules';

/** Why a check was not run, or a rule not checked. */
export type SkipReason =
  | `capability:${Capability}`
  | 'profile'
  | 'platform'
  | 'filtered'
  | 'excluded'
  | 'unimplemented-by-harness'
  | 'untestable';

/** How many results there are of each outcome. */
export type Tally = Readonly<Record<Outcome, number>>;

/** Counts outcomes; every outcome has an entry. */
export function countOutcomes(outcomes: Iterable<Outcome>): Tally {
  const tally = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<
    Outcome,
    number
  >;
  for (const outcome of outcomes) tally[outcome] += 1;
  return tally;
}
