// The faults of servers, under the names that they have where a middleware is the caller.

import type { RuleId } from '../../src/index.ts';
import type { ServerCase } from './case.ts';
import { SERVER_BODY_CASES } from './server-body.ts';
import { SERVER_START_CASES } from './server-start.ts';
import { STREAM_CASES } from './server-streams.ts';

const NAMED: readonly (readonly [name: string, rule: RuleId])[] = [
  ['refuses the first call', 'MW-SR-ONCE'],
  ['has an input that goes on after the end', 'MW-INPUT'],
  ['closes a body twice', 'MW-CLOSE-ONCE'],
  ['pulls after close()', 'MW-CLOSE-EARLY'],
  ['closes a body without return() of its iterator', 'MW-BREAK'],
  ['forgets close() after a complete response', 'MW-CLOSE'],
  ['forgets close() after next() has thrown', 'MW-CLOSE'],
  ['forgets close() where startResponse was never called', 'MW-CLOSE'],
  ['forgets close() for HEAD', 'MW-CLOSE-ABORT'],
  ['forgets close() after a disconnect', 'MW-CLOSE-ABORT'],
  ['calls callbacks in the order of their registration', 'MW-FINISH'],
  ['calls a callback twice', 'MW-FINISH'],
];

/** Every middleware that the lint inside it has to catch. */
export const OUTER_MIDDLEWARE_CASES: readonly ServerCase[] = NAMED.map(([name, rule]) => {
  const cases = [...SERVER_START_CASES, ...SERVER_BODY_CASES, ...STREAM_CASES];
  const found = cases.find((candidate) => candidate.name === name);
  if (found === undefined) {
    throw new Error(`no case is called ${name}`);
  }
  const { got, application, request = () => ({}), act } = found;
  const options = { outer: 'middleware' } as const;
  return { name: `as a middleware ${name}`, rule, got, application, request, act, options };
});

/** What servers may not do and middleware may, since it may hold back, buffer and retry. */
export const ALLOWED_CASES: readonly ServerCase[] = [
  ...SERVER_START_CASES,
  ...SERVER_BODY_CASES,
].filter(({ rule }) =>
  [
    'ENV-FRESH',
    'ENV-INTERLEAVED',
    'SR-STATUS',
    'SR-HEADERS',
    'SR-TWICE',
    'SR-CODE',
    'SR-ORDER',
    'SR-EXC-RETHROW',
    'FRAME-HEAD-STOP',
    'FRAME-DISCARD',
    'FRAME-CL-STOP',
    'BODY-TYPE',
  ].includes(rule),
);
