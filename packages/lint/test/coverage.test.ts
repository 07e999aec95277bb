import { describe, expect, test } from 'vitest';
import { type Rule, RULES, type RuleId } from '../src/index.ts';
import { BODY_CASES } from './cases/application-body.ts';
import { ENVIRON_USE_CASES } from './cases/application-environ.ts';
import { START_CASES } from './cases/application-start.ts';
import { ASYNC_BODY_CASES } from './cases/async-body.ts';
import { ASYNC_REQUEST_CASES } from './cases/async-request.ts';
import { ENVIRON_CASES } from './cases/environ.ts';
import { BROKEN_MIDDLEWARE } from './cases/middleware.ts';
import { BROKEN_MOUNTING } from './cases/mounting.ts';
import { OUTER_MIDDLEWARE_CASES } from './cases/outer-middleware.ts';
import { SERVER_BODY_CASES } from './cases/server-body.ts';
import { SERVER_START_CASES } from './cases/server-start.ts';
import { STREAM_CASES } from './cases/server-streams.ts';
import { GAPS } from './gaps.ts';

// What a lint stands next to; the rest of a server's rules is about its transport.
const NEAR = /^(?:ASYNC|BODY|CALL|CLOSE|ENV|ERR|FINISH|FLUSH|HDR|INP|SR)-/;

const covered: ReadonlySet<RuleId> = new Set([
  ...[...START_CASES, ...BODY_CASES, ...ENVIRON_USE_CASES].map(({ rule }) => rule),
  ...[...ENVIRON_CASES, ...SERVER_START_CASES, ...SERVER_BODY_CASES].map(({ rule }) => rule),
  ...[...STREAM_CASES, ...OUTER_MIDDLEWARE_CASES, ...BROKEN_MIDDLEWARE, ...BROKEN_MOUNTING].map(
    ({ rule }) => rule,
  ),
  ...[...ASYNC_REQUEST_CASES, ...ASYNC_BODY_CASES].map(({ rule }) => rule),
  // Each has a test of its own in lint-async.test.ts and lint-middleware.test.ts.
  'ASYNC-MW-RETURN',
  'ASYNC-MW-CLOSE',
]);

const concerned = Object.values<Rule>(RULES).filter(
  ({ id, role, status }) => status === 'active' && (role !== 'server' || NEAR.test(id)),
);

describe('RULES', () => {
  test('are each checked, or a gap with a reason', () => {
    const open = concerned.filter(({ id }) => !covered.has(id) && GAPS[id] === undefined);
    expect(open.map(({ id }) => id)).toEqual([]);
  });

  test('are no gap where they are checked, and none that does not exist', () => {
    const ids = new Set(concerned.map(({ id }) => id));
    const gaps = Object.keys(GAPS) as RuleId[];
    expect(gaps.filter((id) => covered.has(id) || !ids.has(id))).toEqual([]);
  });

  test('that applications and middleware can break are checked but for those in the list', () => {
    const checked = concerned.filter(({ id, role }) => role !== 'server' && covered.has(id));
    const all = concerned.filter(({ role, testable }) => role !== 'server' && testable);
    expect(checked.length / all.length).toBeGreaterThan(0.6);
  });
});
