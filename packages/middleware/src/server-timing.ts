import type { Environ } from '@tsgi/types';
import { editStart } from './edit-start.ts';
import { type EitherMiddleware, either } from './either.ts';
import { isLocalClient } from './local-client.ts';
import { TOKEN } from './token.ts';

/** What an application may tell of its own work. */
export interface Timing {
  /** Adds a metric; without a duration it only says that something took place. */
  add(name: string, duration?: number, description?: string): void;
  /** Runs a function and adds the milliseconds that it took, also where it throws. */
  measure<T>(name: string, act: () => T, description?: string): T;
}

/** How `serverTiming` works. */
export interface ServerTimingOptions {
  /** Who is told; timings tell a stranger what the server does. Default: this machine. */
  readonly allow?: (environ: Environ) => boolean;
}

interface Metric {
  readonly name: string;
  readonly duration: number | undefined;
  readonly description: string | undefined;
}

/** The entry of environ that takes metrics. */
const KEY = 'tsgi-middleware.timing';

/**
 * Tells browsers in Server-Timing how long the application took until it began its response, and
 * what the application adds with `timingOf(environ)` before that. Durations are milliseconds.
 */
export function serverTiming({
  allow = isLocalClient,
}: ServerTimingOptions = {}): EitherMiddleware {
  return either((application) => (environ, startResponse) => {
    const from = performance.now();
    const metrics: Metric[] = [];
    environ[KEY] = collecting(metrics);
    if (!allow(environ)) {
      return application(environ, startResponse);
    }
    const timed = editStart(startResponse, ({ status, headers }) => {
      const total = { name: 'total', duration: performance.now() - from, description: undefined };
      const value = [...metrics, total].map(writeMetric).join(', ');
      return { status, headers: [...headers, ['Server-Timing', value]] };
    });
    return application(environ, timed);
  });
}

/** Where to tell timings; without `serverTiming` before the caller they are dropped. */
export function timingOf(environ: Environ): Timing {
  return (environ[KEY] as Timing | undefined) ?? collecting([]);
}

function collecting(metrics: Metric[]): Timing {
  const add: Timing['add'] = (name, duration, description) => {
    if (!TOKEN.test(name)) {
      throw new TypeError(`serverTiming: a name must be a token; got ${JSON.stringify(name)}`);
    }
    metrics.push({ name, duration, description });
  };
  return {
    add,
    measure(name, act, description) {
      const from = performance.now();
      try {
        return act();
      } finally {
        add(name, performance.now() - from, description);
      }
    },
  };
}

function writeMetric({ name, duration, description }: Metric): string {
  const quoted =
    description === undefined
      ? ''
      : `;desc="${description.replaceAll(/[^\t\x20-\x7E]/g, '?').replaceAll(/["\\]/g, String.raw`\$&`)}"`;
  return `${name}${quoted}${duration === undefined ? '' : `;dur=${Number(duration.toFixed(3))}`}`;
}
