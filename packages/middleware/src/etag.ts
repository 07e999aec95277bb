import { createHash } from 'node:crypto';
import { type Start, statusCode } from './edit-start.ts';
import { type EitherMiddleware, either } from './either.ts';
import { gatherBody } from './gather-body.ts';
import { fieldValue } from './header-list.ts';
import { HeldStart } from './held-start.ts';
import { checkCount } from './option-error.ts';
import { mapResult } from './result.ts';

/** How `etag` works. */
export interface EtagOptions {
  /** Octets held back to hash them; a longer response is passed on without a tag. Default 1 MiB. */
  readonly limit?: number;
  /** Whether the tags are weak, for what stands outside and changes octets. Default false. */
  readonly weak?: boolean;
}

/**
 * Gives responses to GET with status 200 an ETag made of their content (RFC 9110, 8.8.3),
 * unless they have one or say no-store. Holds a response back until it is whole or longer than the
 * limit. `conditional` stands before it to answer with 304. Throws a TypeError for a wrong option.
 */
export function etag({ limit = 1024 * 1024, weak = false }: EtagOptions = {}): EitherMiddleware {
  checkCount('etag', 'limit', limit);
  return either((application) => (environ, startResponse) => {
    if (environ.REQUEST_METHOD !== 'GET') {
      return application(environ, startResponse);
    }
    const held = new HeldStart();
    delete environ['tsgi.flush_headers'];
    const result = application(environ, held.startResponse);
    return mapResult(result, (body) =>
      gatherBody(body, {
        held,
        startResponse,
        limit,
        wants: lacksTag,
        finish: ({ start, chunks }) => ({
          start: { ...start, headers: [...start.headers, ['ETag', tagOf(chunks, weak)]] },
          chunks,
        }),
      }),
    );
  });
}

function lacksTag({ status, headers }: Start): boolean {
  return (
    statusCode(status) === 200 &&
    fieldValue(headers, 'etag') === undefined &&
    !/(?:^|,)\s*no-store\s*(?:,|$)/i.test(fieldValue(headers, 'cache-control') ?? '')
  );
}

function tagOf(chunks: readonly Uint8Array[], weak: boolean): string {
  const hash = createHash('sha256');
  for (const chunk of chunks) {
    hash.update(chunk);
  }
  return `${weak ? 'W/' : ''}"${hash.digest('base64url').slice(0, 27)}"`;
}
