/** Rule 1: every manner in which the strict server treats an application is one row here. */
import type { EnvironManner } from '../../memory/memory-environ.ts';
import type { InputShape } from '../../memory/memory-input.ts';
import type { Leaving } from '../../memory/serve-in-memory.ts';
import type { StartManner } from '../../memory/strict-start.ts';

/**
 * The requests that a personality makes: `contents` are those whose answer has content, `conditional`
 * are GETs with each of the fields that make a server answer otherwise.
 */
export type RequestChoice = 'all' | 'contents' | 'reads' | 'bodies' | 'heads' | 'conditional';

/** How the requests of a personality follow one another. */
export type Course = 'one-by-one' | 'interleaved' | 'nested' | 'thrice';

/** One manner of serving. */
export interface Personality {
  readonly id: string;
  /** What the server or the client does. */
  readonly title: string;
  readonly requests: RequestChoice;
  readonly course: Course;
  readonly environ: Omit<EnvironManner, 'async'>;
  readonly start: StartManner;
  readonly input: InputShape;
  readonly leaves: Leaving;
  /** For the asynchronous profile alone. */
  readonly async?: 'only' | 'downgraded';
}

const PLAIN: Personality = {
  id: '',
  title: '',
  requests: 'all',
  course: 'one-by-one',
  environ: { entries: 'usual', hidesLength: false, respells: false },
  start: { refuseFirst: false, freeze: false },
  input: { chunk: 4096 },
  leaves: 'never',
};

type Row = readonly [id: string, title: string, change?: Partial<Personality>];

const ROWS: readonly Row[] = [
  ['P0', 'serves every request to its end'],
  ['P1', 'leaves after the first non-empty chunk', { leaves: 'after-chunk', requests: 'contents' }],
  ['P2', 'leaves before the first pull', { leaves: 'before-pull', requests: 'contents' }],
  ['P3', 'asks HEAD where P0 asks GET', { requests: 'heads' }],
  [
    'P4',
    'refuses the first call of startResponse with an error',
    { requests: 'reads', start: { refuseFirst: true, freeze: false } },
  ],
  [
    'P5',
    'gives the required entries of the environ and no others',
    { environ: { ...PLAIN.environ, entries: 'minimal' } },
  ],
  [
    'P6',
    'gives every entry of the environ, unknown ones too, under a mount',
    { environ: { ...PLAIN.environ, entries: 'maximal' } },
  ],
  [
    'P7',
    'gives the request body in chunks of one octet, a long one in a thousand chunks',
    { requests: 'bodies', input: { chunk: 1 } },
  ],
  [
    'P8',
    'fails in the middle of the request body',
    { requests: 'bodies', input: { chunk: 4, failsAfter: 8 } },
  ],
  [
    'P9',
    'gives a request body without its length',
    { requests: 'bodies', environ: { ...PLAIN.environ, hidesLength: true } },
  ],
  [
    'P10',
    'looks at every chunk again after later requests',
    { requests: 'reads', course: 'thrice' },
  ],
  ['P11', 'looks at headers again after later requests', { requests: 'reads', course: 'thrice' }],
  [
    'P12',
    'serves two requests in turn, step by step',
    { requests: 'contents', course: 'interleaved' },
  ],
  ['P13', 'calls again from inside startResponse', { requests: 'reads', course: 'nested' }],
  [
    'P14',
    'spells REQUEST_URI in absolute form, with needless escapes',
    { environ: { ...PLAIN.environ, respells: true } },
  ],
  ['P15', 'asks everything that is safe three times', { requests: 'reads', course: 'thrice' }],
  [
    'P16',
    'freezes the header list that it is given',
    { start: { refuseFirst: false, freeze: true } },
  ],
  [
    'P17',
    'leaves while a next() is unsettled',
    { leaves: 'while-pending', requests: 'reads', async: 'only' },
  ],
  ['P18', 'takes no asynchronous results', { async: 'downgraded' }],
  [
    'P19',
    'asks with conditions, for a range, and with the fields of proxies and browsers',
    { requests: 'conditional' },
  ],
  [
    'P20',
    'gives every entry of the environ, and leaves after the first non-empty chunk',
    {
      requests: 'contents',
      leaves: 'after-chunk',
      environ: { ...PLAIN.environ, entries: 'maximal' },
    },
  ],
  [
    'P21',
    'asks as P19 does, and gives every entry of the environ',
    { requests: 'conditional', environ: { ...PLAIN.environ, entries: 'maximal' } },
  ],
];

/** Every personality, in the order of their numbers. */
export const PERSONALITIES: readonly Personality[] = ROWS.map(
  ([id, title, change = {}]): Personality => Object.assign({}, PLAIN, change, { id, title }),
);

/** Looks a personality up; throws a RangeError for an unknown id. */
export function findPersonality(id: string): Personality {
  const found = PERSONALITIES.find((personality) => personality.id === id);
  if (found === undefined) throw new RangeError(`no personality has the id "${id}"`);
  return found;
}
