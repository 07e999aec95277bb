import type { AsyncBody, Body } from '@tsgi/types';
import { toBytes } from '../../wire/byte-string.ts';

/** Appends to the trace of the request. */
export type Note = (type: string, data?: string | number | boolean) => void;

/** What a body of the kit does. */
export interface BodyShape {
  readonly chunks: readonly string[];
  /** The pull, counted from 1, that throws. */
  readonly throwsAt?: number;
  /** False for an iterator without `return()`. */
  readonly returns?: boolean;
  /** Runs before each pull is answered. */
  readonly onPull?: (ordinal: number) => void | Promise<void>;
}

/** What the bodies of the kit throw. */
export const BODY_ERROR: Error = new Error('the body of the application is broken');

const OVER: IteratorResult<Uint8Array> = { done: true, value: undefined };

/** A body that tells everything that is done to it. */
export function traceBody(note: Note, shape: BodyShape): Body {
  return {
    [Symbol.iterator]: () => {
      note('iterator', shape.returns !== false);
      let ordinal = 0;
      const next = (): IteratorResult<Uint8Array> => {
        ordinal += 1;
        note('pull');
        try {
          void shape.onPull?.(ordinal);
          return answer(shape, ordinal, note);
        } catch (error) {
          note('threw');
          throw error;
        }
      };
      return withReturn({ next }, () => OVER, note, shape);
    },
    close: () => note('close'),
  };
}

/** The same for a body that is iterated asynchronously. */
export function traceAsyncBody(note: Note, shape: BodyShape): AsyncBody {
  return {
    [Symbol.asyncIterator]: () => {
      note('iterator', shape.returns !== false);
      let ordinal = 0;
      const next = async (): Promise<IteratorResult<Uint8Array>> => {
        ordinal += 1;
        note('pull');
        await new Promise(setImmediate);
        try {
          await shape.onPull?.(ordinal);
          return answer(shape, ordinal, note);
        } catch (error) {
          note('threw');
          throw error;
        }
      };
      return withReturn({ next }, async () => OVER, note, shape);
    },
    close: async () => {
      note('close');
      await new Promise(setImmediate);
    },
  };
}

/** An Array that tells when it is closed. */
export function traceArray(note: Note, chunks: readonly string[]): Body {
  note('iterator', false);
  return Object.assign(chunks.map(toBytes), { close: () => note('close') });
}

function answer(
  { chunks, throwsAt }: BodyShape,
  ordinal: number,
  note: Note,
): IteratorResult<Uint8Array> {
  if (ordinal === throwsAt) throw BODY_ERROR;
  const chunk = chunks[ordinal - 1];
  if (chunk === undefined) {
    note('end');
    return { done: true, value: undefined };
  }
  note('chunk', chunk.length);
  return { done: false, value: toBytes(chunk) };
}

function withReturn<T extends object>(
  iterator: T,
  over: () => unknown,
  note: Note,
  { returns = true }: BodyShape,
): T {
  if (!returns) return iterator;
  return Object.assign(iterator, {
    return: () => {
      note('return');
      return over();
    },
  });
}
