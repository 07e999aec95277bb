/** Rule 1: the rules that show in every request, whatever the server does, are rows of this table. */
import type { CheckId } from '../../check.ts';
import type { Bench, ModuleCheck } from '../../engine/module-check.ts';
import { HarnessFault } from '../../engine/failures.ts';
import { nameRequest } from '../../memory/memory-request.ts';
import { PERSONALITIES } from './personalities.ts';
import type { ApplicationSession } from './session.ts';

type Row = readonly [rule: CheckId, title: string];

const ROWS: readonly Row[] = [
  ['APP-SR-CALLED.every-request', 'startResponse is called before the body ends'],
  ['APP-SR-EARLY.every-request', 'startResponse is called before the first non-empty chunk'],
  ['APP-SR-ONCE.every-request', 'startResponse is called once, or again with an error'],
  ['APP-SR-PASS.every-request', 'What startResponse throws is passed on or answered'],
  ['APP-STATUS.every-request', 'The status is a string of code, space and reason'],
  ['APP-HDR-SHAPE.every-request', 'The headers are an Array of pairs of strings'],
  ['APP-HDR-NAME.every-request', 'Every header name is a token other than status'],
  ['APP-HDR-VALUE.every-request', 'Every header value is a field value'],
  ['APP-HDR-HOP.every-request', 'No header concerns one hop only'],
  ['APP-HDR-KEEP.every-request', 'The header list stays as it was given'],
  ['APP-RETURN.every-request', 'The result is a body, its iterator an iterator'],
  ['APP-CHUNK-TYPE.every-request', 'Every chunk is a Uint8Array'],
  ['APP-CHUNK-IMMUTABLE.every-request', 'Chunks keep their octets after they were yielded'],
  ['APP-CL-FORM.every-request', 'Content-Length is given once at most, and is a number'],
  ['APP-CL-MATCH.every-request', 'The chunks have as many octets as Content-Length says'],
  ['APP-NOBODY.every-request', '204, 205 and 304 have no content'],
  ['APP-ENV-KEYS.every-request', 'New entries of the environ have a dot and another prefix'],
  ['APP-INPUT-CLOSE.every-request', 'Neither tsgi.input nor tsgi.errors is closed'],
  ['APP-INPUT-ERROR.every-request', 'A request body that was cut short is not answered with 2xx'],
  ['FILE-REGION.every-request', 'A body with tsgi.file gives the octets of the region'],
  ['FILE-UNUSED.every-request', 'Every file body is returned or closed'],
  ['SIGNAL-LISTENER.every-request', 'No listener of tsgi.signal throws'],
  ['SIGNAL-CHECK.every-request', 'A listener is added after a look at aborted'],
  ['STATE-READ.every-request', 'tsgi.state stays as startup left it'],
];

const ASYNC_ROWS: readonly Row[] = [
  ['ASYNC-INPUT-ORDER.every-request', 'One next() of tsgi.async_input is outstanding at most'],
  ['ASYNC-HONOUR.every-request', 'The body is synchronous where tsgi.async is false'],
];

/** One check for each rule that a lint or the server sees by itself. */
export const keptRuleChecks: readonly ModuleCheck<ApplicationSession>[] = [
  ...ROWS.map(keepsRule),
  ...ASYNC_ROWS.map(keepsAsyncRule),
];

function keepsAsyncRule(row: Row): ModuleCheck<ApplicationSession> {
  return { ...keepsRule(row), only: 'async' };
}

function keepsRule([id, title]: Row): ModuleCheck<ApplicationSession> {
  const rule = id.slice(0, id.indexOf('.'));
  return {
    id,
    title,
    personalities: PERSONALITIES.map((personality) => personality.id),
    judge: async (session, bench) => {
      for (const { id: personality, title: manner } of PERSONALITIES) {
        if (!session.takesOn(personality)) continue;
        await lookForRule(session, bench, { rule, personality, manner });
      }
    },
  };
}

interface Sought {
  readonly rule: string;
  readonly personality: string;
  readonly manner: string;
}

async function lookForRule(
  session: ApplicationSession,
  bench: Bench,
  { rule, personality, manner }: Sought,
): Promise<void> {
  for (const served of await session.served(personality)) {
    bench.lookAt(served);
    const [own] = served.ownFaults;
    if (own !== undefined) {
      throw new HarnessFault(`the kit's own server breaks ${own.rule}: ${own.got}`);
    }
    const violation = served.violations.find((found) => found.rule === rule);
    const where = `${nameRequest(served.request)}, ${personality} (the server ${manner})`;
    bench.assert.holds('violations', violation === undefined, {
      expected: 'none',
      got: violation === undefined ? '' : `${violation.got} in ${where}`,
    });
  }
}
