import { copyEnviron } from './copy-environ.ts';
import { type EitherMiddleware, either } from './either.ts';
import { optionError } from './option-error.ts';
import { TOKEN } from './token.ts';

/** How `methodOverride` works. */
export interface MethodOverrideOptions {
  /** The request field that names the method. Default `X-HTTP-Method-Override`. */
  readonly header?: string;
  /** The methods that may be asked for. Default PUT, PATCH and DELETE. */
  readonly methods?: readonly string[];
}

/** The entry of environ that keeps the method which the client sent. */
const ORIGINAL = 'tsgi-middleware.original_method';

/**
 * Lets a POST stand for another method, for clients that can send nothing else. Only POST is
 * changed, and only to a method of the list; the method that was sent stays under
 * `tsgi-middleware.original_method`. Throws a TypeError for a header or a method that is no token.
 */
export function methodOverride({
  header = 'X-HTTP-Method-Override',
  methods = ['PUT', 'PATCH', 'DELETE'],
}: MethodOverrideOptions = {}): EitherMiddleware {
  for (const [option, value] of [
    ['header', header],
    ...methods.map((method) => ['methods', method]),
  ]) {
    if (!TOKEN.test(value as string)) {
      throw optionError('methodOverride', `${option} must hold tokens;`, value);
    }
  }
  const allowed = new Set(methods);
  const key = `HTTP_${header.toUpperCase().replaceAll('-', '_')}` as const;
  return either((application) => (environ, startResponse) => {
    const wanted = environ[key]?.trim().toUpperCase();
    if (environ.REQUEST_METHOD !== 'POST' || wanted === undefined || !allowed.has(wanted)) {
      return application(environ, startResponse);
    }
    return application(
      copyEnviron(environ, { REQUEST_METHOD: wanted, [ORIGINAL]: 'POST' }),
      startResponse,
    );
  });
}
