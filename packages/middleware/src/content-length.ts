import type { Body } from '@tsgi/types';
import { type Start, statusCode } from './edit-start.ts';
import { type EitherMiddleware, either } from './either.ts';
import { gatherBody } from './gather-body.ts';
import { fieldValue, withField } from './header-list.ts';
import { HeldStart } from './held-start.ts';
import { checkCount } from './option-error.ts';
import { mapResult } from './result.ts';

/** How `contentLength` works. */
export interface ContentLengthOptions {
  /** Octets held back to count them; a longer response is passed on without a length. Default 1 MiB. */
  readonly limit?: number;
}

/**
 * Gives responses a Content-Length that have none, so that clients see progress and HTTP/1.0
 * connections can be kept. Holds a response back until it is whole or longer than the limit. Leaves
 * HEAD, 204, 205 and 304 alone. Throws a TypeError for a wrong option.
 */
export function contentLength({
  limit = 1024 * 1024,
}: ContentLengthOptions = {}): EitherMiddleware {
  checkCount('contentLength', 'limit', limit);
  return either((application) => (environ, startResponse) => {
    if (environ.REQUEST_METHOD === 'HEAD') {
      return application(environ, startResponse);
    }
    const held = new HeldStart();
    delete environ['tsgi.flush_headers'];
    const result = application(environ, held.startResponse);
    return mapResult(result, (body) => {
      const region = (body as Partial<Body> | null)?.['tsgi.file'];
      if (region !== undefined && held.start !== undefined && lacksLength(held.start)) {
        held.replace(startResponse, withLength(held.start, region.length));
        return body;
      }
      return gatherBody(body, {
        held,
        startResponse,
        limit,
        wants: lacksLength,
        finish: ({ start, chunks, size }) => ({ start: withLength(start, size), chunks }),
      });
    });
  });
}

function withLength({ status, headers }: Start, length: number): Start {
  return { status, headers: withField(headers, 'Content-Length', String(length)) };
}

const WITHOUT_CONTENT: ReadonlySet<number> = new Set([204, 205, 304]);

function lacksLength({ status, headers }: Start): boolean {
  return (
    !WITHOUT_CONTENT.has(statusCode(status)) && fieldValue(headers, 'content-length') === undefined
  );
}
