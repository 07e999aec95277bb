import {
  type AccessRecord,
  clientAddress,
  environEntry,
  requestField,
  responseField,
  splitTarget,
} from './record.ts';

/** What one letter of a format stands for. */
export interface Atom {
  /** What it is, for the reference. */
  readonly text: string;
  /** Its value; where there is none the line has `-`. */
  readonly value: (record: AccessRecord) => string | undefined;
}

/** What a letter with a name in braces stands for. */
export interface FieldAtom {
  /** What it is, for the reference. */
  readonly text: string;
  /** What it stands for in one record; `name` is what stands between the braces. */
  readonly value: (record: AccessRecord, name: string) => string | undefined;
}

/** Atoms by their letter: `%h` or `%(h)s`. The letters mean what they mean in gunicorn. */
export const ATOMS: Readonly<Record<string, Atom>> = {
  h: { text: 'address of the client', value: clientAddress },
  l: { text: 'always -, where identd had its say', value: () => undefined },
  u: {
    text: 'user, as in REMOTE_USER',
    value: (record) => environEntry(record, 'REMOTE_USER'),
  },
  t: {
    text: 'time at which the request arrived, in UTC, in brackets',
    value: ({ startedAt }) => formatTime(startedAt),
  },
  r: { text: 'request line', value: requestLine },
  m: { text: 'method', value: ({ method }) => method },
  U: {
    text: 'path of the request-target',
    value: ({ target }) => (target === undefined ? undefined : splitTarget(target)[0]),
  },
  q: {
    text: 'query of the request-target',
    value: ({ target }) => (target === undefined ? undefined : splitTarget(target)[1]),
  },
  H: { text: 'protocol', value: ({ protocol }) => protocol },
  s: { text: 'status code', value: ({ status }) => status?.toString() },
  B: { text: 'octets of content sent', value: ({ bytesSent }) => String(bytesSent) },
  b: {
    text: 'octets of content sent, - for none',
    value: ({ bytesSent }) => (bytesSent === 0 ? undefined : String(bytesSent)),
  },
  f: { text: 'Referer', value: (record) => requestField(record, 'referer') },
  a: { text: 'User-Agent', value: (record) => requestField(record, 'user-agent') },
  T: { text: 'duration in whole seconds', value: ({ duration }) => scaled(duration, 0.001) },
  M: { text: 'duration in whole milliseconds', value: ({ duration }) => scaled(duration, 1) },
  D: { text: 'duration in whole microseconds', value: ({ duration }) => scaled(duration, 1000) },
  L: {
    text: 'duration in seconds with six decimals',
    value: ({ duration }) => (duration / 1000).toFixed(6),
  },
  p: { text: 'process id of the worker', value: () => String(process.pid) },
  X: {
    text: 'X where the client did not get the whole response',
    value: ({ aborted }) => (aborted ? 'X' : undefined),
  },
};

/** Atoms with a name: `%{referer}i` or `%({referer}i)s`. */
export const FIELD_ATOMS: Readonly<Record<string, FieldAtom>> = {
  i: { text: 'field of the request', value: requestField },
  o: { text: 'field of the response', value: responseField },
  e: { text: 'entry of the environ', value: environEntry },
};

function requestLine({ method, target, protocol }: AccessRecord): string | undefined {
  return method === undefined || target === undefined
    ? undefined
    : `${method} ${target} ${protocol ?? '-'}`;
}

// The sum of clock readings may be off by a fraction: no duration is below zero.
function scaled(duration: number, factor: number): string {
  return String(Math.max(0, Math.floor(duration * factor)));
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** A moment as the common log format has it: `[20/Nov/2026:12:56:39 +0000]`. */
export function formatTime(milliseconds: number): string {
  const date = new Date(milliseconds);
  const day = String(date.getUTCDate()).padStart(2, '0');
  const month = MONTHS[date.getUTCMonth()];
  const time = date.toISOString().slice(11, 19);
  return `[${day}/${month}/${date.getUTCFullYear()}:${time} +0000]`;
}
