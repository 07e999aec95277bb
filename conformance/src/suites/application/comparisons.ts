import type { ModuleCheck } from '../../engine/module-check.ts';
import { codeOfServed, contentOf } from '../../memory/served.ts';
import type { Served } from '../../memory/served.ts';
import { nameRequest } from '../../memory/memory-request.ts';
import { fieldOf, fingerprint, pairUp, succeeds, tell } from './answers.ts';
import type { Pair } from './answers.ts';
import type { ApplicationSession } from './session.ts';

type Check = ModuleCheck<ApplicationSession>;

interface Comparison extends Pick<Check, 'id' | 'title'> {
  readonly personality: string;
  /** What is compared, as messages name it. */
  readonly what: string;
  readonly expected: string;
  /** What is wrong, in words; undefined where nothing is. */
  readonly differs: (pair: Pair) => string | undefined;
}

/** A check that holds every answer of one personality against the answer under P0. */
function compares({ id, title, personality, what, expected, differs }: Comparison): Check {
  return {
    id,
    title,
    personalities: [personality],
    judge: async (session, bench) => {
      const pairs = await pairUp(session, personality);
      for (const pair of pairs) {
        bench.lookAt(pair.usual, pair.other);
        const got = differs(pair);
        bench.assert.holds(what, got === undefined, { expected, got: got ?? '' });
      }
    },
  };
}

const failsOnly = ({ usual, other }: Pair): string | undefined =>
  succeeds(usual) && !succeeds(other) ? tell(other) : undefined;

const statusDiffers = ({ usual, other }: Pair): string | undefined =>
  usual.status === other.status ? undefined : `${tell(other)} in place of ${usual.status}`;

/** Fields that say something of the content, and that HEAD need not have. */
const OF_THE_MOMENT = /^(?:date|set-cookie|etag|content-length|last-modified|x-request-id)$/i;

function fieldNames({ headers }: Served): string {
  const names = headers.map(([name]) => name.toLowerCase());
  return [...new Set(names.filter((name) => !OF_THE_MOMENT.test(name)))].toSorted().join(', ');
}

function readsLess({ usual, other }: Pair): string | undefined {
  // Of a response without end, the client took no more.
  if (usual.left || other.left) return undefined;
  if (other.consumed < usual.consumed) {
    return `${other.consumed} octets in place of ${usual.consumed}, and ${tell(other)}`;
  }
  return succeeds(usual) ? statusDiffers({ usual, other }) : undefined;
}

function ownLocation({ usual, other }: Pair): string | undefined {
  const [before, now] = [pathOfLocation(usual), pathOfLocation(other)];
  const mount = other.environ.SCRIPT_NAME;
  if (before === undefined || now === undefined) return undefined;
  return now === mount || now.startsWith(`${mount}/`) ? undefined : `Location ${now}`;
}

/** The path of a Location that stays on this host. */
function pathOfLocation(served: Served): string | undefined {
  const location = fieldOf(served, 'location');
  if (location === undefined) return undefined;
  if (/^\/(?!\/)/.test(location)) return location;
  return /^https?:\/\/tsgi\.test(\/[^?#]*)/.exec(location)?.[1];
}

// HTML section 13.1.2.3: values in double quotes, in single quotes, or in none.
const LINK =
  /\b(?:href|src|action|formaction)\s*=\s*(?:"(\/(?!\/)[^"]*)"|'(\/(?!\/)[^']*)'|(\/(?!\/)[^\s"'=<>`]*))/gi;

function linksOf(served: Served): readonly string[] {
  if (fieldOf(served, 'content-type')?.startsWith('text/html') !== true) return [];
  return [...contentOf(served).matchAll(LINK)].map(
    (match) => match[1] ?? match[2] ?? match[3] ?? '',
  );
}

function foreignLink({ usual, other }: Pair): string | undefined {
  const mount = other.environ.SCRIPT_NAME;
  const before = new Set(linksOf(usual));
  const link = linksOf(other).find((path) => before.has(path) && !path.startsWith(`${mount}/`));
  return link === undefined ? undefined : `a link to ${link}`;
}

/** The answers under P0 that P15 was given again and again. */
async function stableAnswers(session: ApplicationSession): Promise<ReadonlySet<Served>> {
  const pairs = await pairUp(session, 'P15');
  const unstable = new Set(
    pairs
      .filter(({ usual, other }) => fingerprint(usual) !== fingerprint(other))
      .map(({ usual }) => usual),
  );
  return new Set(pairs.map(({ usual }) => usual).filter((usual) => !unstable.has(usual)));
}

/** What of the other spelling a page shows that displays REQUEST_URI, as many error pages do. */
const SPELT = /%2e|%6|tsgi\.test\/\.|%3a%2f%2ftsgi/i;

function otherPage({ usual, other }: Pair): string | undefined {
  const [before, now] = [fingerprint(usual), fingerprint(other)];
  if (before === now || SPELT.test(now) || !succeeds(usual)) return undefined;
  return `${contentOf(other).length} other octets than the ${contentOf(usual).length} usual ones for ${nameRequest(other.request)}`;
}

/** Checks that compare the answers under two personalities. */
export const comparisonChecks: readonly Check[] = [
  compares({
    id: 'APP-HEAD.status',
    title: 'HEAD has the status of GET',
    personality: 'P3',
    what: 'status of HEAD',
    expected: 'the status of GET',
    differs: statusDiffers,
  }),
  compares({
    id: 'APP-HEAD.fields',
    title: 'HEAD has the header names of GET',
    personality: 'P3',
    what: 'header names of HEAD',
    expected: 'those of GET',
    differs: ({ usual, other }) => {
      const [get, head] = [fieldNames(usual), fieldNames(other)];
      return get === head ? undefined : `${head} in place of ${get}`;
    },
  }),
  compares({
    id: 'APP-HEAD.chunks',
    title: 'HEAD has content to be discarded where GET has content',
    personality: 'P3',
    what: 'chunks for HEAD',
    expected: 'as for GET',
    differs: ({ usual, other }) =>
      usual.chunks.length > 0 && succeeds(other) && other.given.chunks.length === 0
        ? `no chunk, ${tell(other)}`
        : undefined,
  }),
  compares({
    id: 'APP-ENV-MIN.minimal',
    title: 'The application works without the optional entries of the environ',
    personality: 'P5',
    what: 'answer without optional entries',
    expected: 'no failure',
    differs: failsOnly,
  }),
  compares({
    id: 'APP-ENV-MIN.optional',
    title: 'What the application can do with every optional entry it can do without them as well',
    personality: 'P6',
    what: 'answer without the entries that some servers give',
    expected: 'no failure',
    // An input that is not buffered is another matter than an entry that is absent.
    differs: ({ usual, other }) =>
      usual.environ['tsgi.input_buffered'] && succeeds(other) && !succeeds(usual)
        ? tell(usual)
        : undefined,
  }),
  compares({
    id: 'APP-SCRIPT.location',
    title: 'A Location on the own host begins with SCRIPT_NAME',
    personality: 'P6',
    what: 'Location under a mount',
    expected: 'SCRIPT_NAME in front',
    differs: ownLocation,
  }),
  compares({
    id: 'APP-SCRIPT.links',
    title: 'Links of a page to the own host begin with SCRIPT_NAME',
    personality: 'P6',
    what: 'links under a mount',
    expected: 'SCRIPT_NAME in front',
    differs: foreignLink,
  }),
  compares({
    id: 'APP-URI.respelt',
    title: 'Another spelling of REQUEST_URI changes nothing',
    personality: 'P14',
    what: 'status for a REQUEST_URI spelt otherwise',
    expected: 'the same',
    differs: statusDiffers,
  }),
  {
    id: 'APP-URI.content',
    title: 'Another spelling of REQUEST_URI leads to no other page',
    personalities: ['P14', 'P15'],
    judge: async (session, bench) => {
      const stable = await stableAnswers(session);
      for (const pair of await pairUp(session, 'P14')) {
        if (!stable.has(pair.usual)) continue;
        bench.lookAt(pair.usual, pair.other);
        const got = otherPage(pair);
        bench.assert.holds('content for a REQUEST_URI spelt otherwise', got === undefined, {
          expected: 'the same, but for the spelling',
          got: got ?? '',
        });
      }
    },
  },
  compares({
    id: 'APP-INPUT-END.one-octet-chunks',
    title: 'A request body in small chunks is read like one in large chunks',
    personality: 'P7',
    what: 'reading of small chunks',
    expected: 'as of large ones',
    differs: readsLess,
  }),
  compares({
    id: 'APP-INPUT-END.unknown-length',
    title: 'A request body is read to its end where CONTENT_LENGTH is absent',
    personality: 'P9',
    what: 'reading without CONTENT_LENGTH',
    expected: 'as with it',
    differs: readsLess,
  }),
  compares({
    id: 'APP-HDR-KEEP.frozen',
    title: 'The application does without changes to a header list that it has passed',
    personality: 'P16',
    what: 'answer where headers are frozen',
    expected: 'no failure',
    differs: failsOnly,
  }),
  {
    ...compares({
      id: 'ASYNC-ONLY.downgraded',
      title: 'Where tsgi.async is false, the answer is the usual one or a 500',
      personality: 'P18',
      what: 'answer where tsgi.async is false',
      expected: 'the usual one or status 500',
      differs: ({ usual, other }) => {
        if (other.asynchronous || codeOfServed(other) === 500) return undefined;
        const same = usual.status === other.status && contentOf(usual) === contentOf(other);
        return same ? undefined : `${tell(other)} with other content or another status`;
      },
    }),
    only: 'async',
  },
];
