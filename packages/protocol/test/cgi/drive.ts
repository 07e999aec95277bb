import { expect } from 'vitest';
import { latin1 } from '../http1/notation.ts';
import { segmentations } from '../http1/segmentation.ts';

/** What all engines of gateways have. */
export interface Engine {
  receive(octets: Uint8Array): void;
  next(): object | 'need-data' | 'closed';
}

/** An event with octets as text, or the code of an error, or the signal at which an engine waits. */
export type Traced = string | Readonly<Record<string, unknown>>;

const END = new Uint8Array(0);

/** What an engine makes of octets that arrive in pieces, and of their end. */
export function trace(
  engine: Engine,
  parts: readonly Uint8Array[],
  { end = true }: { readonly end?: boolean } = {},
): Traced[] {
  const traced: Traced[] = [];
  for (const part of end ? [...parts, END] : parts) {
    engine.receive(part);
    const signal = drain(engine, traced);
    if (signal !== 'need-data') {
      traced.push(signal);
      return traced;
    }
  }
  traced.push('need-data');
  return traced;
}

// Up to a signal; an error is one, and nothing comes after it.
function drain(engine: Engine, traced: Traced[]): string {
  for (;;) {
    let event: object | string;
    try {
      event = engine.next();
    } catch (error) {
      expect(error).toMatchObject({ code: expect.stringMatching(/^ERR_/) });
      expect((error as { blame: string }).blame).not.toBe('caller');
      expect(engine.next()).toBe('closed');
      return (error as { code: string }).code;
    }
    if (typeof event === 'string') {
      return event;
    }
    add(traced, event);
  }
}

function add(traced: Traced[], event: object): void {
  const flat = Object.fromEntries(Object.entries(event).map(([key, value]) => [key, plain(value)]));
  const last = traced.at(-1);
  const continues =
    typeof last === 'object' &&
    last['type'] === flat['type'] &&
    last['requestId'] === flat['requestId'];
  if (continues && typeof flat['data'] === 'string') {
    traced[traced.length - 1] = { ...flat, data: `${String(last['data'])}${flat['data']}` };
  } else {
    traced.push(flat);
  }
}

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) {
    return latin1(value);
  }
  return value instanceof Error ? (value as Error & { code: string }).code : value;
}

/** The trace of octets whole, octet by octet and at every split, which all agree. */
export function traceAll(
  make: () => Engine,
  input: Uint8Array,
  options: { readonly end?: boolean } = {},
): Traced[] {
  const [[, whole] = ['', [input]], ...others] = segmentations(input);
  const expected = trace(make(), whole, options);
  for (const [name, parts] of others) {
    expect(trace(make(), parts, options), `when it arrives ${name}`).toEqual(expected);
  }
  return expected;
}
