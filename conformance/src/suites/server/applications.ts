/** Rule 1: applications run beside the server under test; nothing here may import a `node:` module. */
import type { Application, AsyncApplication, Environ, HeaderList, StatusLine } from '@tsgi/types';
import type { PlainData, Probe } from '../../check.ts';
import { toBytes } from '../../wire/byte-string.ts';

/** A response with the nonce of the run among its fields. */
export interface Answer {
  readonly status?: StatusLine;
  readonly headers?: HeaderList;
  readonly chunks?: readonly string[];
}

/** Answers every request in the same way; an Array body. */
export function answering(probe: Probe, answer: Answer = {}): Application {
  const { status = '200 OK', headers = [], chunks = ['ok'] } = answer;
  return (_environ, startResponse) => {
    startResponse(status, [probe.tag, ...headers]);
    return chunks.map(toBytes);
  };
}

/** Answers with a body that is no Array, so that its length is not known in advance. */
export function streaming(probe: Probe, answer: Answer = {}): Application {
  const { status = '200 OK', headers = [], chunks = ['ok'] } = answer;
  return (_environ, startResponse) => {
    startResponse(status, [probe.tag, ...headers]);
    return chunks.map(toBytes).values();
  };
}

/** Records the string entries of the environ as `environ` and answers 200. */
export function recordEnviron(probe: Probe): Application {
  return (environ, startResponse) => {
    probe.record('environ', stringEntries(environ));
    startResponse('200 OK', [probe.tag]);
    return [toBytes('ok')];
  };
}

/** The entries of an environ that are strings. */
export function stringEntries(environ: Environ): Readonly<Record<string, string>> {
  const entries = Object.entries(environ).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(entries);
}

/** What a function throws, as events can hold it; `none` where it does not throw. */
export function thrownBy(run: () => void): Thrown {
  try {
    run();
  } catch (error) {
    return describeThrown(error);
  }
  return { kind: 'none' };
}

/** A thrown value: `Error`, `RangeError`, `TypeError`, or the type of what is no Error. */
export interface Thrown {
  readonly kind: string;
  readonly code?: string;
  readonly [key: string]: PlainData;
}

function kindOf(error: Error): string {
  if (error instanceof RangeError) return 'RangeError';
  return error instanceof TypeError ? 'TypeError' : 'Error';
}

/** What was thrown, as events can hold it. */
export function describeThrown(error: unknown): Thrown {
  if (!(error instanceof Error)) return { kind: typeof error };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return code === undefined ? { kind: kindOf(error) } : { kind: kindOf(error), code };
}

/** What a tracked body is made from. */
export interface Tracking {
  /** Chunks as ByteStrings; a function is called in its place and may throw. */
  readonly steps: Iterable<string | (() => string)>;
  /** Called when `close` is. */
  readonly onClose?: () => void;
}

/**
 * A body that is no Array and records `iterator`, `next`, `return` and `close`. Its iterator has
 * no `finally` of its own, so that what the server calls is all that is recorded.
 */
export function trackedBody(
  probe: Probe,
  { steps, onClose }: Tracking,
): Iterable<Uint8Array> & { close(): void } {
  return {
    [Symbol.iterator]: (): Iterator<Uint8Array> => {
      probe.record('iterator');
      const source = steps[Symbol.iterator]();
      const encode = rememberLast();
      return {
        next: () => {
          probe.record('next');
          const step = source.next();
          if (step.done === true) return { done: true, value: undefined };
          const { value } = step;
          return { done: false, value: encode(typeof value === 'string' ? value : value()) };
        },
        return: () => {
          probe.record('return');
          return { done: true, value: undefined };
        },
      };
    },
    close: () => {
      probe.record('close');
      onClose?.();
    },
  };
}

/** Encodes texts; a text that comes several times in a row is encoded once. */
function rememberLast(): (text: string) => Uint8Array {
  let last: string | undefined;
  let bytes = toBytes('');
  return (text) => {
    if (text !== last) bytes = toBytes(text);
    last = text;
    return bytes;
  };
}

/** Answers 200 with a tracked body. */
export function answeringTracked(
  probe: Probe,
  tracking: Tracking,
  answer: Answer = {},
): Application {
  const { status = '200 OK', headers = [] } = answer;
  return (_environ, startResponse) => {
    startResponse(status, [probe.tag, ...headers]);
    return trackedBody(probe, tracking);
  };
}

/** @yields chunks of 64 KiB without end */
export function* endless(): Generator<string> {
  const chunk = 'x'.repeat(65_536);
  for (;;) yield chunk;
}

/** Empty chunks after which a server that ever looks at the client has done so. */
const MANY_EMPTY = 1_000_000;

/** @yields empty chunks, from the second one on past a gate */
export function* emptyChunks(probe: Probe): Generator<Uint8Array> {
  const empty = new Uint8Array();
  yield empty;
  probe.hold('client gone');
  for (let pulled = 0; pulled < MANY_EMPTY; pulled += 1) yield empty;
}

/** One application for each path; the last one serves every other path. */
export function byPath(
  routes: Readonly<Record<string, AsyncApplication>>,
  other: AsyncApplication,
): AsyncApplication {
  return (environ, startResponse) =>
    (Object.hasOwn(routes, environ.PATH_INFO) ? (routes[environ.PATH_INFO] ?? other) : other)(
      environ,
      startResponse,
    );
}

/** A value that an application must not use, for the places where the types forbid it. */
export function illegal(value: unknown): never {
  return value as never;
}
