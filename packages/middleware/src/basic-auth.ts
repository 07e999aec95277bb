import type { AsyncApplication, AsyncMiddleware, Environ, StartResponse } from '@tsgi/types';
import { type EitherMiddleware, either } from './either.ts';
import { equalSecrets } from './equal-secrets.ts';
import { type Maybe, mapMaybe } from './maybe.ts';
import { optionError } from './option-error.ts';
import { ownAnswer } from './own-answer.ts';
import type { Result } from './result.ts';

/** Who may come in: users and their passwords, or a function that says so. */
export interface BasicAuthOptions<Answer extends Maybe<boolean> = boolean> {
  /** What the browser shows the user; visible ASCII without quotes. Default `restricted`. */
  readonly realm?: string;
  /** Passwords by user. */
  readonly users?: Readonly<Record<string, string>>;
  /** Whether a user and password are good. `equalSecrets` compares without telling how far. */
  readonly verify?: (user: string, password: string, environ: Environ) => Answer;
}

const REALM = /^[ !#-[\]-~]*$/;
const BASIC = /^basic +([A-Za-z0-9+/]+={0,2})$/i;

/**
 * Asks for user and password (RFC 7617, UTF-8). What is missing, malformed or wrong is answered
 * with 401; else REMOTE_USER and AUTH_TYPE tell the application who is there. A `verify` that
 * returns a promise needs the asynchronous profile. Throws a TypeError for a wrong option.
 */
export function basicAuth(options: BasicAuthOptions): EitherMiddleware;
export function basicAuth(options: BasicAuthOptions<Maybe<boolean>>): AsyncMiddleware;
export function basicAuth(options: BasicAuthOptions<Maybe<boolean>>): EitherMiddleware {
  const { realm = 'restricted', users } = options;
  if (!REALM.test(realm)) {
    throw optionError('basicAuth', 'realm must be visible ASCII without quotes;', realm);
  }
  const verify = options.verify ?? verifyBy(users);
  const challenge = [['WWW-Authenticate', `Basic realm="${realm}", charset="UTF-8"`]] as const;
  return either((application) => (environ, startResponse) => {
    const credentials = parseBasic(environ['HTTP_AUTHORIZATION']);
    if (credentials === undefined) {
      return ownAnswer(startResponse, '401 Unauthorized', challenge);
    }
    const { user, password } = credentials;
    return mapMaybe(verify(user, password, environ), (good) => {
      if (!good) {
        return ownAnswer(startResponse, '401 Unauthorized', challenge);
      }
      return callAs(application, { environ, startResponse, user: credentials.octets });
    }) as Result;
  });
}

interface Call {
  readonly environ: Environ;
  readonly startResponse: StartResponse;
  readonly user: string;
}

function callAs(application: AsyncApplication, { environ, startResponse, user }: Call): Result {
  environ.REMOTE_USER = user;
  environ.AUTH_TYPE = 'Basic';
  return application(environ, startResponse);
}

function verifyBy(users: BasicAuthOptions['users']): (user: string, password: string) => boolean {
  if (users === undefined) {
    throw optionError('basicAuth', 'users or verify must be given; users', users);
  }
  const known = new Map(Object.entries(users));
  return (user, password) => equalSecrets(known.get(user) ?? '', password) && known.has(user);
}

interface Credentials {
  readonly user: string;
  readonly password: string;
  /** The user, one code unit for each octet. */
  readonly octets: string;
}

// RFC 7617, 2: user-id ":" password, without control characters.
function parseBasic(field: string | undefined): Credentials | undefined {
  const encoded = BASIC.exec(field ?? '')?.[1];
  if (encoded === undefined) {
    return undefined;
  }
  const octets = Buffer.from(encoded, 'base64');
  const text = decodeUtf8(octets);
  const colon = text?.indexOf(':') ?? -1;
  // oxlint-disable-next-line no-control-regex -- these are what the rule is about
  if (text === undefined || colon === -1 || /[\u0000-\u001F\u007F]/.test(text)) {
    return undefined;
  }
  const user = text.slice(0, colon);
  return { user, password: text.slice(colon + 1), octets: Buffer.from(user).toString('latin1') };
}

function decodeUtf8(octets: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets);
  } catch {
    return undefined;
  }
}
