/** Rule 1: this runs beside the server under test, in any runtime; it imports no `node:` module. */
import type { AsyncApplication, Environ } from '@tsgi/types';
import type { PlainData, Probe, ServerCheck } from '../check.ts';
import { toBytes } from '../wire/byte-string.ts';

/** The last segment of the target that the canary request asks for. */
const CANARY = '/tsgi-canary';

/** What the application of a check needs of the place it runs in. */
export interface Backstage {
  /** Appends to the event log of the run. */
  report(type: string, data?: PlainData): void;
  /** Blocks the thread until the gate is released; false where the budget ended first. */
  hold(gate: string): boolean;
  /** Settles when the gate is released. */
  holdAsync(gate: string): Promise<void>;
}

/** Events after which the application of a check ends itself: the kit could not take them for ever. */
const MOST_EVENTS = 200_000;

/** What the application and the lifespan of a check are given. */
export function createProbe(check: ServerCheck, nonce: string, backstage: Backstage): Probe {
  let events = 0;
  return {
    tag: ['Tsgi-Nonce', nonce],
    record: (type, data) => {
      events += 1;
      if (events > MOST_EVENTS) throw new Error(`the application is called without end (${type})`);
      backstage.report(type, data);
    },
    hold: (gate) => {
      checkGate(check, gate);
      backstage.report(`hold ${gate}`);
      return backstage.hold(gate);
    },
    holdAsync: async (gate) => {
      checkGate(check, gate);
      backstage.report(`hold ${gate}`);
      await backstage.holdAsync(gate);
    },
  };
}

/**
 * The application of a check with the kit's own answers beside it: the canary, and a refusal of
 * requests that belong to another run.
 */
export function hostApplication(
  check: ServerCheck,
  nonce: string,
  backstage: Backstage,
): AsyncApplication {
  const probe = createProbe(check, nonce, backstage);
  const application = check.app(probe);
  return (...args) => {
    const [environ, startResponse] = args;
    const uri: unknown = environ.REQUEST_URI;
    if (typeof uri === 'string' && uri.endsWith(CANARY)) {
      backstage.report('canary');
      startResponse('200 OK', [['Content-Type', 'text/plain'], probe.tag]);
      return [toBytes(nonce)];
    }
    if (isOfOtherRun(environ, nonce)) {
      startResponse('404 Not Found', []);
      return [];
    }
    if (environ['tsgi.multiprocess']) backstage.report('several processes');
    backstage.report('call', { method: environ.REQUEST_METHOD, uri: environ.REQUEST_URI });
    return application(...args);
  };
}

/** Tells of every property of the application that somebody reads, writes or deletes. */
export function watchProperties(
  application: AsyncApplication,
  touch: (key: string) => void,
): AsyncApplication {
  return new Proxy(application, {
    get: (target, key, receiver) => {
      touch(String(key));
      return Reflect.get(target, key, receiver) as unknown;
    },
    set: (target, key, value, receiver) => {
      touch(String(key));
      return Reflect.set(target, key, value, receiver);
    },
    deleteProperty: (target, key) => {
      touch(String(key));
      return Reflect.deleteProperty(target, key);
    },
  });
}

/** The nonce of the run that a request says it belongs to, if it does. */
export function readRun(environ: Environ): string | undefined {
  const run: unknown = environ['HTTP_TSGI_RUN'];
  return typeof run === 'string' && /^[\da-f]{32}$/.test(run) ? run : undefined;
}

/** The port may have belonged to another run of the kit, whose client does not know that yet. */
function isOfOtherRun(environ: Environ, nonce: string): boolean {
  return (readRun(environ) ?? nonce) !== nonce;
}

function checkGate(check: ServerCheck, gate: string): void {
  if (check.gates?.includes(gate) === true) return;
  throw new Error(`${check.id} does not declare the gate ${gate}`);
}
