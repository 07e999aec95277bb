import type { Environ, Outcome } from '@tsgi/types';
import { type EitherMiddleware, either } from './either.ts';

/** Where a request stands in a trace (W3C Trace Context). */
export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** The span of this request: 16 hexadecimal digits. */
  readonly spanId: string;
  /** The span of the caller; `undefined` at the root of a trace. */
  readonly parentId: string | undefined;
  /** Bit 0 of the trace-flags of the caller; at the root of a trace, what `sample` said. */
  readonly sampled: boolean;
  /** The value of `tracestate`, to be sent along with `traceparent`. */
  readonly state: string | undefined;
  /** The value to send as `traceparent` with requests that are made for this one. */
  readonly traceparent: string;
}

/** What is told when a request has ended. */
export interface EndedSpan {
  /** What `traceOf` gives for the request. */
  readonly context: TraceContext;
  /** What the application was called with, and has put there since. */
  readonly environ: Environ;
  /** How the response ended, as `tsgi.on_finish` tells it. */
  readonly outcome: Outcome;
  /** Milliseconds since the epoch. */
  readonly start: number;
  /** Milliseconds. */
  readonly duration: number;
}

/** How `traceparent` works. */
export interface TraceparentOptions {
  /** Whether a trace that begins here is sampled. Default: no. */
  readonly sample?: (environ: Environ) => boolean;
  /** Told of every request when it has ended; here an exporter is put. */
  readonly onEnd?: (span: EndedSpan) => void;
}

// W3C Trace Context, 3.2: version, trace-id, parent-id, trace-flags; later versions may add more.
const FORM =
  /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** The entry of environ that holds the context. */
const KEY = 'tsgi-middleware.trace';

/**
 * Continues the trace that `traceparent` names, or begins one, and puts the context of the request
 * into environ for `traceOf`. A malformed field begins a new trace, as the standard asks.
 */
export function traceparent(options: TraceparentOptions = {}): EitherMiddleware {
  const { sample = () => false, onEnd } = options;
  return either((application) => (environ, startResponse) => {
    const context = continueTrace(environ) ?? beginTrace(sample(environ));
    environ[KEY] = context;
    if (onEnd !== undefined) {
      const start = Date.now();
      const from = performance.now();
      environ['tsgi.on_finish']((outcome) =>
        onEnd({ context, environ, outcome, start, duration: performance.now() - from }),
      );
    }
    return application(environ, startResponse);
  });
}

/** The context of a request; `undefined` where no `traceparent` stands before the caller. */
export function traceOf(environ: Environ): TraceContext | undefined {
  return environ[KEY] as TraceContext | undefined;
}

function continueTrace(environ: Environ): TraceContext | undefined {
  const found = FORM.exec(environ['HTTP_TRACEPARENT']?.trim() ?? '');
  if (found === null || (found[1] === '00' && found[5] !== undefined)) {
    return undefined;
  }
  const [, , traceId = '', parentId, flags = '00'] = found;
  const sampled = (Number.parseInt(flags, 16) & 1) === 1;
  return contextOf({ traceId, parentId, sampled, state: environ['HTTP_TRACESTATE'] });
}

function beginTrace(sampled: boolean): TraceContext {
  return contextOf({ traceId: randomHex(16), parentId: undefined, sampled, state: undefined });
}

function contextOf(parts: Omit<TraceContext, 'spanId' | 'traceparent'>): TraceContext {
  const spanId = randomHex(8);
  const flags = parts.sampled ? '01' : '00';
  return { ...parts, spanId, traceparent: `00-${parts.traceId}-${spanId}-${flags}` };
}

// An id of zeros alone would be invalid.
function randomHex(octets: number): string {
  const random = crypto.getRandomValues(new Uint8Array(octets));
  random[0] = (random[0] as number) || 1;
  return Array.from(random, (octet) => octet.toString(16).padStart(2, '0')).join('');
}
