import type { Body, Environ, StartResponse, StatusLine } from '@tsgi/types';
import { type EitherMiddleware, either } from './either.ts';

/** What `health` takes. */
export interface HealthOptions {
  /** The path to answer; compared with PATH_INFO. Default `/healthz`. */
  readonly path?: string | undefined;
  /** Whether requests are welcome; false and a throw are answered with 503. Default: they are. */
  readonly ready?: (() => boolean) | undefined;
}

const encoder = new TextEncoder();

/**
 * Answers one path itself: 200 while the application is ready, else 503, as text, or as JSON to
 * those who accept that. Throws a TypeError for a wrong option.
 */
export function health(options: HealthOptions = {}): EitherMiddleware {
  const { path = '/healthz', ready = () => true } = options;
  if (typeof path !== 'string' || !path.startsWith('/')) {
    throw new TypeError(`health: path begins with a slash; got ${JSON.stringify(path)}`);
  }
  if (typeof ready !== 'function') {
    throw new TypeError(`health: ready is a function; got ${typeof ready}`);
  }
  return either(
    (application) => (environ, startResponse) =>
      environ.PATH_INFO === path
        ? answer(environ, startResponse, ready)
        : application(environ, startResponse),
  );
}

function answer(environ: Environ, startResponse: StartResponse, ready: () => boolean): Body {
  if (environ.REQUEST_METHOD !== 'GET' && environ.REQUEST_METHOD !== 'HEAD') {
    return respond(startResponse, '405 Method Not Allowed', {
      word: 'method not allowed',
      json: false,
      allow: true,
    });
  }
  const json = /\bapplication\/json\b/i.test(environ['HTTP_ACCEPT'] ?? '');
  const well = isReady(environ, ready);
  return respond(startResponse, well ? '200 OK' : '503 Service Unavailable', {
    word: well ? 'ok' : 'unavailable',
    json,
    allow: false,
  });
}

function isReady(environ: Environ, ready: () => boolean): boolean {
  try {
    const well: unknown = ready();
    return well === true;
  } catch (error) {
    environ['tsgi.errors'].write(`health: ready() threw: ${String(error)}\n`);
    return false;
  }
}

interface Answer {
  readonly word: string;
  readonly json: boolean;
  /** Whether the methods are named that the path takes. */
  readonly allow: boolean;
}

function respond(
  startResponse: StartResponse,
  status: StatusLine,
  { word, json, allow }: Answer,
): Body {
  const content = encoder.encode(json ? `${JSON.stringify({ status: word })}\n` : `${word}\n`);
  startResponse(status, [
    ['Content-Type', json ? 'application/json' : 'text/plain; charset=utf-8'],
    ['Content-Length', String(content.byteLength)],
    ['Cache-Control', 'no-store'],
    ...(allow ? ([['Allow', 'GET, HEAD']] as const) : []),
  ]);
  return [content];
}
