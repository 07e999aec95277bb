import type { CheckId } from '../../check.ts';
import type { Bench, ModuleCheck } from '../../engine/module-check.ts';
import { codeOf } from '../../memory/coded-error.ts';
import { codeOfServed, contentOf, writeResponse } from '../../memory/served.ts';
import type { Served } from '../../memory/served.ts';
import { describeError } from '../../target/host-messages.ts';
import { NONCES } from '../application/session.ts';
import { whereIs } from './checks.ts';
import type { InnerProbe } from './probes.ts';
import type { MiddlewareSession, Passage } from './session.ts';

type Check = ModuleCheck<MiddlewareSession>;

interface Comparison {
  readonly id: CheckId;
  readonly title: string;
  readonly personalities: readonly string[];
  readonly what: string;
  readonly expected: string;
  readonly about: (passage: Passage) => boolean;
  readonly differs: (passage: Passage, session: MiddlewareSession) => string | undefined;
  /** Judged only where the middleware gets along with this plainest of applications. */
  readonly given?: 'array' | 'unsized';
}

function compares(comparison: Comparison): Check {
  const { id, title, personalities, what, expected, about, differs, given } = comparison;
  return {
    id,
    title,
    personalities,
    judge: async (session, bench) => {
      const asked = await askedOf(session, personalities, given);
      for (const personality of asked) {
        for (const passage of (await session.passages(personality)).filter(about)) {
          bench.lookAt(passage.plain, passage.served);
          const got = differs(passage, session);
          tell(bench, { what, expected, got: got && `${got} ${whereIs(passage)}` });
        }
      }
    },
  };
}

async function askedOf(
  session: MiddlewareSession,
  personalities: readonly string[],
  given: 'array' | 'unsized' | undefined,
): Promise<readonly string[]> {
  if (given !== undefined && !(await isSound(session, given))) return [];
  return personalities.filter((name) => session.takesOn(name));
}

/** Whether the middleware gets along with an application that asks nothing of it. */
export async function isSound(
  session: MiddlewareSession,
  id: 'array' | 'unsized',
): Promise<boolean> {
  const passage = await session.plainest(id);
  if (passage?.reached !== true) return true;
  const { served, plain } = passage;
  const same = session.declares.transformsBody === true || contentOf(served) === contentOf(plain);
  return served.complete && same;
}

function tell(
  bench: Bench,
  { what, expected, got }: { what: string; expected: string; got: string | undefined },
): void {
  bench.assert.holds(what, got === undefined, { expected, got: got ?? '' });
}

const isKind =
  (...kinds: readonly InnerProbe['kind'][]) =>
  ({ probe, reached, plain }: Passage): boolean =>
    reached && plain.complete && kinds.includes(probe.kind);

/** Where the application alone is answered to the end, it is behind the middleware as well. */
function breaksDown({ plain, served }: Passage): string | undefined {
  if (!plain.complete || served.complete) return undefined;
  return served.fault === undefined ? 'a body that does not end' : describeError(served.fault);
}

/** What `return()` or `close()` threw. */
function stumbles({ returnFault, closeFault }: Served): string | undefined {
  const fault = returnFault ?? closeFault;
  return fault === undefined ? undefined : describeError(fault.threw);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function isSame(one: Passage, other: Passage): boolean {
  return one.probe === other.probe && one.served.request === other.served.request;
}

/** Octets of a request body that every middleware has to let through, unless it answers by itself. */
const MODEST = 65_536;

/** Whether a long request body was refused as such: middleware may set a limit, as servers may. */
export function isLimited(served: Served): boolean {
  const { request, fault } = served;
  if ((request.body ?? '').length <= MODEST) return false;
  return codeOfServed(served) === 413 || codeOf(fault) === 'ERR_TSGI_INPUT_TOO_LARGE';
}

/** The applications that read do not begin before they have read everything. */
function hasBegun({ log }: Served): boolean {
  return log.events.some(({ type }) => type === 'inner start');
}

function headersOf({ headers }: Served, declared: readonly string[]): string {
  const known = new Set(declared.map((name) => name.toLowerCase()));
  const rest = headers.filter(([name]) => !known.has(name.toLowerCase()));
  // RFC 9110 section 5.3: the order of fields with different names means nothing.
  const byName = rest.toSorted(([a], [b]) => compare(a.toLowerCase(), b.toLowerCase()));
  return byName.map(([name, value]) => `${name}: ${value}`).join(', ');
}

const USUAL = ['P0', 'P3', 'P6'];

const answered = ({ probe, reached, plain, served }: Passage): boolean =>
  reached && plain.complete && served.complete && probe.kind !== 'fails';

/** Checks that hold what came through the middleware against what the application gave. */
export const identityChecks: readonly Check[] = [
  {
    id: 'BOOT-INNER.any',
    title: 'At least one request reaches the inner application',
    personalities: ['P0'],
    judge: async (session, bench) => {
      const all = await session.passages('P0');
      const failed = all.find(({ reached }) => !reached);
      if (failed !== undefined) bench.lookAt(failed.served);
      const reached = all.length === 0 || all.some((passage) => passage.reached);
      const got = failed === undefined ? '' : `${failed.served.status} from the middleware`;
      bench.assert.holds('calls of the inner application', reached, { expected: 'one', got });
    },
  },
  compares({
    id: 'MW-IDENTITY.passes',
    title: 'A request reaches the inner application, unless the middleware may answer by itself',
    personalities: USUAL,
    what: 'call of the inner application',
    expected: 'one',
    about: () => true,
    differs: ({ reached, served }, { declares }) =>
      reached || declares.mayShortCircuit === true || isLimited(served)
        ? undefined
        : `none, ${served.status}`,
  }),
  compares({
    id: 'MW-IDENTITY.completes',
    title: 'What the application answers to the end comes to its end',
    personalities: USUAL,
    what: 'response',
    expected: 'complete',
    about: isKind(undefined, 'feature', 'echo'),
    differs: (passage) => (passage.probe.profile === undefined ? breaksDown(passage) : undefined),
  }),
  compares({
    id: 'MW-IDENTITY.status',
    title: 'The status comes through',
    personalities: USUAL,
    what: 'status',
    expected: 'that of the application',
    about: answered,
    differs: ({ plain, served }, { declares }) =>
      declares.status === true || plain.status === served.status
        ? undefined
        : `${served.status} in place of ${plain.status}`,
  }),
  compares({
    id: 'MW-IDENTITY.headers',
    title: 'Headers come through, but for those declared',
    personalities: USUAL,
    what: 'headers',
    expected: 'those of the application',
    about: answered,
    differs: ({ plain, served }, { declares }) => {
      const names = [
        ...(declares.headers ?? []),
        ...(declares.transformsBody === true ? ['Content-Length'] : []),
      ];
      const [before, now] = [headersOf(plain, names), headersOf(served, names)];
      return before === now ? undefined : `${now} in place of ${before}`;
    },
  }),
  compares({
    id: 'MW-IDENTITY.content',
    title: 'The content comes through, unless it is declared to change',
    personalities: ['P0', 'P6'],
    what: 'content',
    expected: 'that of the application',
    about: (passage) => answered(passage) && passage.probe.kind !== 'input',
    differs: ({ plain, served }, { declares }) => {
      const same = contentOf(plain) === contentOf(served);
      return same || declares.transformsBody === true
        ? undefined
        : `${contentOf(served).length} octets that differ from the ${contentOf(plain).length} given`;
    },
  }),
  {
    id: 'MW-BOTH-ROLES.minimal',
    title: 'The middleware works without the optional entries of the environ',
    personalities: ['P0', 'P5'],
    judge: async (session, bench) => {
      const what = 'response without optional entries';
      const usual = await session.passages('P0');
      const all = session.takesOn('P5') ? await session.passages('P5') : [];
      for (const passage of all.filter(({ probe }) => probe.profile === undefined)) {
        const sound = usual.some((one) => isSame(one, passage) && breaksDown(one) === undefined);
        const got = sound && !isLimited(passage.served) ? breaksDown(passage) : undefined;
        bench.lookAt(passage.plain, passage.served);
        tell(bench, { what, expected: 'complete', got: got && `${got} ${whereIs(passage)}` });
      }
    },
  },
  compares({
    id: 'MW-SHAPE.every-kind',
    title: 'Every kind of body is accepted',
    personalities: ['P0', 'P1'],
    what: 'response for a body of another kind',
    expected: 'complete',
    about: ({ probe, reached }) => reached && probe.kind === 'shape',
    given: 'array',
    differs: (passage, { declares }) => {
      const { plain, served } = passage;
      const broken = breaksDown(passage) ?? stumbles(served);
      if (broken !== undefined || declares.transformsBody === true) return broken;
      const [alone, through] = [contentOf(plain), contentOf(served)];
      // A client that leaves gets a part, and a larger one where the middleware joins chunks.
      const same = served.left ? through.startsWith(alone) : through === alone;
      return same ? undefined : 'another content than alone';
    },
  }),
  compares({
    id: 'MW-SR-LAZY.lazy',
    title: 'startResponse may be called when the body is pulled',
    personalities: ['P0'],
    what: 'response for a body that begins late',
    expected: 'complete',
    about: isKind('lazy'),
    given: 'unsized',
    differs: breaksDown,
  }),
  compares({
    id: 'MW-INPUT.content',
    title: 'The inner application reads the whole request body',
    personalities: ['P0', 'P7', 'P9'],
    what: 'request body',
    expected: 'whole',
    about: (passage) => isKind('input')(passage) && !isLimited(passage.served),
    given: 'unsized',
    differs: (passage, { declares }) => {
      const { plain, served, probe } = passage;
      if (probe.profile !== undefined) return undefined;
      if (breaksDown(passage) !== undefined) return breaksDown(passage);
      const same = contentOf(plain) === contentOf(served) || declares.transformsBody === true;
      return same ? undefined : `${contentOf(served).length} of ${contentOf(plain).length} octets`;
    },
  }),
  compares({
    id: 'MW-INPUT.cut-short',
    title: 'A request body that is cut short does not look like a whole one',
    personalities: ['P8'],
    what: 'answer to a request body that is cut short',
    expected: 'an error, as the application alone gives',
    about: ({ plain }) => !plain.complete,
    given: 'unsized',
    differs: ({ served }) =>
      served.complete && hasBegun(served) && codeOfServed(served) < 300
        ? `${served.status}, complete`
        : undefined,
  }),
  ...(['P12', 'P13'] as const).map((personality) => meets(personality)),
];

/** Two requests at a time see nothing of each other. */
function meets(personality: 'P12' | 'P13'): Check {
  const nested = personality === 'P13';
  return {
    id: nested ? 'MW-REENTRANT.nested' : 'MW-STATE.interleaved',
    title: nested
      ? 'A call from inside the body of another request is answered as well'
      : 'Two requests served in turn do not meet',
    personalities: [personality],
    judge: async (session, bench) => {
      const what = nested ? 'requests inside each other' : 'traces of the other request';
      const sound = await isSound(session, 'unsized');
      const passages = sound ? await session.passages(personality) : [];
      for (const [index, passage] of passages.entries()) {
        const got = brokenDown(passage) ?? meeting(passage, index % 2, session);
        bench.lookAt(passage.served);
        tell(bench, { what, expected: 'none', got: got && `${got} ${whereIs(passage)}` });
      }
    },
  };
}

/** Whoever cannot do with an application that begins late is told of that elsewhere. */
function brokenDown(passage: Passage): string | undefined {
  return passage.probe.kind === 'lazy-echo' ? undefined : breaksDown(passage);
}

function meeting(
  { served, plain, reached }: Passage,
  at: number,
  { declares }: MiddlewareSession,
): string | undefined {
  const other = NONCES[1 - at] as string;
  if (writeResponse(served).includes(other)) return 'data of the other request';
  if (declares.transformsBody === true || !reached || !served.complete) return undefined;
  return contentOf(served) === contentOf(plain) ? undefined : 'another content than alone';
}
