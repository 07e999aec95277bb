import type { ModuleCheck } from '../../engine/module-check.ts';
import { nameRequest } from '../../memory/memory-request.ts';
import { fromBytes } from '../../wire/byte-string.ts';
import { codeOfServed, writeResponse } from '../../memory/served.ts';
import type { Served } from '../../memory/served.ts';
import { describeError } from '../../target/host-messages.ts';
import { fingerprint, pairUp, succeeds, tell } from './answers.ts';
import { measureGrowth } from './open-resources.ts';
import { NONCES } from './session.ts';
import type { ApplicationSession } from './session.ts';

type Check = ModuleCheck<ApplicationSession>;

/** A check that looks at every answer of one personality by itself. */
function looksAt(
  check: Pick<Check, 'id' | 'title' | 'only'> & { readonly personality: string },
  told: { readonly what: string; readonly expected: string },
  fault: (served: Served) => string | undefined,
): Check {
  const { personality, ...known } = check;
  return {
    ...known,
    personalities: [personality],
    judge: async (session, bench) => {
      const all = await session.served(personality);
      for (const served of all) {
        bench.lookAt(served);
        const got = fault(served);
        bench.assert.holds(told.what, got === undefined, {
          expected: told.expected,
          got: got === undefined ? '' : `${got} for ${nameRequest(served.request)}`,
        });
      }
    },
  };
}

function changedChunk({ chunks, given }: Served): string | undefined {
  const index = chunks.findIndex((copy, at) => {
    const chunk = given.chunks[at];
    return chunk === undefined || fromBytes(chunk) !== fromBytes(copy);
  });
  return index < 0 ? undefined : `other octets in chunk ${index + 1}`;
}

function changedHeaders({ headers, given }: Served): string | undefined {
  if (headers.length === 0 || !Array.isArray(given.headers)) return undefined;
  const now = JSON.stringify(given.headers);
  return now === JSON.stringify(headers) ? undefined : now;
}

function hasEvent({ log }: Served, name: string): boolean {
  return log.events.some(({ type }) => type === name);
}

function threwAtClose({ closeFault }: Served): string | undefined {
  return closeFault === undefined ? undefined : describeError(closeFault.threw);
}

function leaks(
  personality: string,
  variant: 'at-end' | 'after-chunk' | 'before-pull' | 'input-cut' | 'while-pending',
  title: string,
): Check {
  return {
    id: `APP-CLEANUP.${variant}`,
    title,
    personalities: [personality],
    judge: async (session, bench) => {
      const served = await session.served(personality);
      // What is thrown in place of a body leaves nobody whose close() could be called.
      const first = served.find(
        (one) => hasEvent(one, 'iterator') || hasEvent(one, 'client leaves'),
      );
      if (first === undefined) return;
      bench.lookAt(first);
      const growth = await measureGrowth(session, personality);
      bench.assert.holds('resources after close()', growth === undefined, {
        expected: 'as many as before',
        got: growth ?? '',
      });
    },
  };
}

/** A check of what two requests have of each other, of which `pick` finds the four answers. */
function isolates(
  variant: 'interleaved' | 'nested' | 'one-after-another',
  personality: string,
  title: string,
): Check {
  const what = 'traces of the other request';
  return {
    id: `APP-ISOLATION.${variant}`,
    title,
    personalities: [personality],
    judge: async (session, bench) => {
      const all = await session.served(personality);
      for (let index = 0; index + 3 < all.length; index += 4) {
        const group = all.slice(index, index + 4) as unknown as Four;
        const pair = variant === 'one-after-another' ? group.slice(0, 2) : group.slice(2);
        bench.lookAt(...pair);
        const got =
          variant === 'one-after-another'
            ? (meets(pair) ?? lessens(session.first, pair))
            : (meets(pair) ?? differs(group));
        bench.assert.holds(what, got === undefined, { expected: 'none', got: got ?? '' });
      }
    },
  };
}

const TOO_MANY = 429;

type Four = readonly [Served, Served, Served, Served];

/** What of one request is in the response to the other, in words. What is posted may be shown. */
function meets(pair: readonly Served[]): string | undefined {
  if (pair.some(({ request }) => request.body !== undefined)) return undefined;
  const index = pair.findIndex((served, at) =>
    writeResponse(served).includes(NONCES[1 - at] as string),
  );
  if (index < 0) return undefined;
  return `data of the ${index === 0 ? 'second' : 'first'} request in the response to the other`;
}

/** Where the first of two requests has content and the second has none, the first has taken it. */
function lessens(before: Served | undefined, pair: readonly Served[]): string | undefined {
  const [first, second] = pair as readonly [Served, Served];
  if (first.request.body !== undefined) return undefined;
  const { target } = first.request;
  const all = before?.request.target === target ? [before, first, second] : [first, second];
  const worse = all.find((served, at) => at > 0 && isWorse(all[at - 1] as Served, served));
  return worse && `${tell(worse)}, ${worse.chunks.length} chunks, not as for the one before it`;
}

/** Where two requests apart are answered alike, the same two together are as well. */
function differs([a, b, c, d]: Four): string | undefined {
  const alone = fingerprint(a, NONCES[0]);
  if (alone !== fingerprint(b, NONCES[1])) return undefined;
  const other = [c, d]
    // Whoever counts requests may have had enough of them.
    .filter((served) => codeOfServed(served) !== TOO_MANY)
    .find((served) => fingerprint(served, NONCES[served === c ? 0 : 1]) !== alone);
  return other === undefined ? undefined : `${tell(other)}, not as when it came alone`;
}

/** Checks of what lives longer than a request, or not as long. */
export const lifetimeChecks: readonly Check[] = [
  looksAt(
    {
      id: 'APP-CHUNK-IMMUTABLE.later',
      title: 'Chunks keep their octets after later requests too',
      personality: 'P10',
    },
    { what: 'chunks after later requests', expected: 'unchanged' },
    changedChunk,
  ),
  looksAt(
    {
      id: 'APP-HDR-KEEP.later',
      title: 'Headers stay as they were after later requests too',
      personality: 'P11',
    },
    { what: 'headers after later requests', expected: 'unchanged' },
    changedHeaders,
  ),
  looksAt(
    {
      id: 'APP-CLOSE-IDEMP.after-end',
      title: 'close() does not throw after the body was iterated to its end',
      personality: 'P0',
    },
    { what: 'close() after the end', expected: 'no error' },
    (served) => (hasEvent(served, 'end') ? threwAtClose(served) : undefined),
  ),
  looksAt(
    {
      id: 'APP-CLOSE-IDEMP.after-throw',
      title: 'close() does not throw after the iterator has thrown or was told to return()',
      personality: 'P0',
    },
    { what: 'close() of a body given up', expected: 'no error' },
    (served) =>
      hasEvent(served, 'return') || (hasEvent(served, 'pull') && hasEvent(served, 'fault'))
        ? threwAtClose(served)
        : undefined,
  ),
  looksAt(
    {
      id: 'APP-CLOSE-IDEMP.after-return',
      title: 'close() does not throw after return()',
      personality: 'P1',
    },
    { what: 'close() after return()', expected: 'no error' },
    (served) => (hasEvent(served, 'return') ? threwAtClose(served) : undefined),
  ),
  looksAt(
    {
      id: 'ASYNC-APP-RETURN.while-pending',
      title: 'return() is accepted while a next() is unsettled',
      personality: 'P17',
      only: 'async',
    },
    { what: 'return() while a next() is unsettled', expected: 'no error' },
    ({ returnFault }) => (returnFault === undefined ? undefined : describeError(returnFault.threw)),
  ),
  leaks('P0', 'at-end', 'What a body holds is released when it was iterated to its end'),
  leaks('P1', 'after-chunk', 'What a body holds is released when it was iterated in part'),
  leaks('P2', 'before-pull', 'What a body holds is released when it was not iterated at all'),
  leaks('P8', 'input-cut', 'What a body holds is released when the request body fails'),
  {
    ...leaks(
      'P17',
      'while-pending',
      'What a body holds is released when it is given up while it waits',
    ),
    only: 'async',
  },
  isolates('interleaved', 'P12', 'Two requests served in turn do not meet'),
  isolates('nested', 'P13', 'A request inside another one does not meet it'),
  isolates('one-after-another', 'P12', 'A request does not meet one that was before it'),
  {
    id: 'APP-ISOLATION.repeated',
    title: 'Later answers have content where the first one has',
    personalities: ['P15'],
    judge: async (session, bench) => {
      const what = 'later answers';
      const pairs = await pairUp(session, 'P15');
      for (const { usual, other } of pairs) {
        const worse = isWorse(usual, other);
        bench.lookAt(usual, other);
        const got = worse ? `${tell(other)}, ${other.chunks.length} chunks` : '';
        bench.assert.holds(what, !worse, { expected: 'like the first', got });
      }
    },
  },
];

function isWorse(first: Served, later: Served): boolean {
  if (succeeds(first) && !succeeds(later)) return true;
  const sameCode = codeOfServed(first) === codeOfServed(later);
  return sameCode && first.chunks.length > 0 && later.chunks.length === 0;
}
