import type { Environ } from '@tsgi/types';
import { editStart } from './edit-start.ts';
import { type EitherMiddleware, either } from './either.ts';
import { withField } from './header-list.ts';
import { optionError } from './option-error.ts';
import { TOKEN } from './token.ts';

/** How `requestId` works. */
export interface RequestIdOptions {
  /** The field of request and response that carries the id. Default `X-Request-Id`. */
  readonly header?: string;
  /** Whether an id that the client sends is taken over; for servers behind a proxy that sets it. */
  readonly trust?: boolean;
  /** Makes an id. Default: a random UUID. */
  readonly make?: (environ: Environ) => string;
}

const ID = /^[\w+/=.:@-]{1,128}$/;

/** The entry of environ that holds the id. */
const KEY = 'tsgi-middleware.request_id';

/**
 * Gives every request an id, for logs and for the client: in environ under
 * `tsgi-middleware.request_id`, and in a field of the response. An id of the client is only taken
 * where `trust` says so and it is up to 128 letters, digits and `+ / = . : @ _ -`.
 * Throws a TypeError for a header that is no token.
 */
export function requestId(options: RequestIdOptions = {}): EitherMiddleware {
  const { header = 'X-Request-Id', trust = false, make = () => crypto.randomUUID() } = options;
  if (!TOKEN.test(header)) {
    throw optionError('requestId', 'header must be a field name;', header);
  }
  const key = `HTTP_${header.toUpperCase().replaceAll('-', '_')}` as const;
  return either((application) => (environ, startResponse) => {
    const sent = trust ? environ[key] : undefined;
    const id = sent !== undefined && ID.test(sent) ? sent : make(environ);
    environ[KEY] = id;
    const named = editStart(startResponse, ({ status, headers }) => ({
      status,
      headers: withField(headers, header, id),
    }));
    return application(environ, named);
  });
}

/** The id of a request; `undefined` where no `requestId` stands before the caller. */
export function requestIdOf(environ: Environ): string | undefined {
  return environ[KEY] as string | undefined;
}
