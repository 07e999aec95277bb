import type { AsyncMiddleware, Environ } from '@tsgi/types';
import { type EitherMiddleware, either } from './either.ts';
import { type Maybe, mapMaybe } from './maybe.ts';
import { optionError } from './option-error.ts';
import { ownAnswer } from './own-answer.ts';
import type { Result } from './result.ts';

/** Who a token stands for; becomes REMOTE_USER, one code unit for each octet. */
export type Principal = string;

/** How `bearerAuth` works. */
export interface BearerAuthOptions<
  Answer extends Maybe<Principal | undefined> = Principal | undefined,
> {
  /** Who a token stands for; `undefined` for a token that is not good. */
  readonly verify: (token: string, environ: Environ) => Answer;
  /** The protection space; visible ASCII without quotes. Default `restricted`. */
  readonly realm?: string;
}

const REALM = /^[ !#-[\]-~]*$/;
// RFC 6750, 2.1: b64token
const BEARER = /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i;

/**
 * Asks for a bearer token (RFC 6750): 401 without one or with one that is not good, 400 where the
 * field is malformed. Tokens are only looked for in Authorization. A `verify` that returns a promise
 * needs the asynchronous profile. Throws a TypeError for a wrong option.
 */
export function bearerAuth(options: BearerAuthOptions): EitherMiddleware;
export function bearerAuth(
  options: BearerAuthOptions<Maybe<Principal | undefined>>,
): AsyncMiddleware;
export function bearerAuth(
  options: BearerAuthOptions<Maybe<Principal | undefined>>,
): EitherMiddleware {
  const { verify, realm = 'restricted' } = options;
  if (typeof verify !== 'function') {
    throw optionError('bearerAuth', 'verify', verify);
  }
  if (!REALM.test(realm)) {
    throw optionError('bearerAuth', 'realm must be visible ASCII without quotes;', realm);
  }
  const challenge = (error?: string): ReadonlyArray<readonly [string, string]> => [
    [
      'WWW-Authenticate',
      `Bearer realm="${realm}"${error === undefined ? '' : `, error="${error}"`}`,
    ],
  ];
  return either((application) => (environ, startResponse) => {
    const field = environ['HTTP_AUTHORIZATION'];
    if (field === undefined || !/^bearer(?: |$)/i.test(field)) {
      return ownAnswer(startResponse, '401 Unauthorized', challenge());
    }
    const token = BEARER.exec(field)?.[1];
    if (token === undefined) {
      return ownAnswer(startResponse, '400 Bad Request', challenge('invalid_request'));
    }
    return mapMaybe(verify(token, environ), (principal) => {
      if (principal === undefined) {
        return ownAnswer(startResponse, '401 Unauthorized', challenge('invalid_token'));
      }
      environ.REMOTE_USER = principal;
      environ.AUTH_TYPE = 'Bearer';
      return application(environ, startResponse);
    }) as Result;
  });
}
