/** Rule 1: the checks of a middleware are rows of this table or stand below it. */
import type { CheckId } from '../../check.ts';
import { HarnessFault } from '../../engine/failures.ts';
import type { Bench, ModuleCheck } from '../../engine/module-check.ts';
import type { Served } from '../../memory/served.ts';
import { MIDDLEWARE_PERSONALITIES } from './session.ts';
import type { MiddlewareSession, Passage } from './session.ts';

type Check = ModuleCheck<MiddlewareSession>;
type Row = readonly [id: CheckId, title: string, only?: 'async'];

const ROWS: readonly Row[] = [
  ['MW-CALL-ONCE.every-request', 'The inner application is called at most once'],
  ['MW-SR-FORWARD.every-request', 'No response begins before the inner one has begun'],
  ['MW-SR-ONCE.every-request', 'One response begins'],
  ['MW-ERROR.every-request', 'An error given to startResponse is passed on'],
  ['MW-EXC.every-request', 'An error of the inner application is no success'],
  ['MW-LAZY.every-request', 'Nothing is pulled before the middleware is pulled'],
  ['MW-NOBLOCK.every-request', 'One inner chunk is pulled for one outer chunk at most'],
  ['MW-TYPE.every-request', 'Every chunk is a Uint8Array'],
  ['MW-CLOSE.every-request', 'The inner body is closed'],
  ['MW-CLOSE-ONCE.every-request', 'The inner body is closed once'],
  ['MW-CLOSE-EARLY.every-request', 'The inner body is closed after the last pull'],
  ['MW-CLOSE-ABORT.every-request', 'The inner body is closed where the rest is not wanted'],
  ['MW-BREAK.every-request', 'An inner iterator that is given up is told so and closed'],
  ['MW-CL.every-request', 'Content-Length agrees with the content'],
  ['MW-HOP.every-request', 'No header concerns one hop only'],
  ['MW-NOBODY.every-request', '204, 205 and 304 stay without content'],
  ['MW-ENV-KEEP.every-request', 'Unknown entries of the environ come through'],
  ['MW-ENV-VALID.every-request', 'The inner environ keeps the rules of a server'],
  ['MW-MOUNT.every-request', 'SCRIPT_NAME and PATH_INFO keep the string that they form'],
  ['MW-URI.every-request', 'REQUEST_URI comes through unchanged'],
  ['MW-INPUT.every-request', 'The inner input keeps the rules of a server'],
  ['MW-FINISH.every-request', 'Every callback of tsgi.on_finish runs once'],
  ['MW-FILE.every-request', 'A body with tsgi.file gives the octets of the region'],
  ['FLUSH-MW.every-request', 'tsgi.flush_headers works where it comes through'],
  ['RAW-KEEP.every-request', 'tsgi.raw_headers comes through unchanged'],
  ['RAW-WITHHOLD.every-request', 'tsgi.raw_headers is deleted where HTTP_ entries are changed'],
  ['SIGNAL-MW.every-request', 'The inner signal aborts when the outer one does'],
  ['TLS-MW.every-request', 'tsgi.tls is neither added nor changed'],
  ['STATE-NAME.every-request', 'A key in tsgi.state has a package name and a dot'],
  ['ASYNC-NO-UPGRADE.every-request', 'tsgi.async does not become true'],
  ['ASYNC-MW-RETURN.every-request', 'return() reaches the inner iterator', 'async'],
  ['ASYNC-MW-CLOSE.every-request', 'close() settles after the inner close()', 'async'],
];

const NAMED: ReadonlySet<string> = new Set(ROWS.map(([id]) => id.slice(0, id.indexOf('.'))));

/** One check for each rule that lints or the trace see in any request. */
export const passageChecks: readonly Check[] = [
  ...ROWS.map(([id, title, only]): Check => {
    const rule = id.slice(0, id.indexOf('.'));
    return everywhere({ id, title, ...(only === undefined ? {} : { only }) }, (served) =>
      served.violations.find((violation) => violation.rule === rule),
    );
  }),
  everywhere(
    { id: 'MW-BOTH-ROLES.every-request', title: 'The rules of the other roles are kept as well' },
    (served) => {
      const found = served.violations.find(({ rule }) => !NAMED.has(rule));
      return found && { got: `${found.got} (${found.rule})` };
    },
  ),
];

function everywhere(
  known: Pick<Check, 'id' | 'title' | 'only'>,
  find: (served: Served) => { readonly got: string } | undefined,
): Check {
  return {
    ...known,
    personalities: MIDDLEWARE_PERSONALITIES,
    judge: async (session, bench) => {
      for (const personality of MIDDLEWARE_PERSONALITIES) {
        if (!session.takesOn(personality)) continue;
        for (const passage of await session.passages(personality)) look(bench, passage, find);
      }
    },
  };
}

function look(
  bench: Bench,
  passage: Passage,
  find: (served: Served) => { readonly got: string } | undefined,
): void {
  const { served } = passage;
  bench.lookAt(served);
  const [own] = served.ownFaults;
  if (own !== undefined) {
    throw new HarnessFault(`the kit's own server breaks ${own.rule}: ${own.got}`);
  }
  const found = find(served);
  bench.assert.holds('violations', found === undefined, {
    expected: 'none',
    got: found === undefined ? '' : `${found.got} ${whereIs(passage)}`,
  });
}

/** Around which application, and under which personality. */
export function whereIs({ probe, personality }: Passage): string {
  return `around ${probe.id} (${probe.title}), ${personality}`;
}
