import { createHash, randomBytes } from 'node:crypto';
import type { AsyncMiddleware, Environ, HeaderList } from '@tsgi/types';
import { type CookieOptions, cookies, deleteCookie, setCookie } from './cookies.ts';
import { editStart } from './edit-start.ts';
import { type EitherMiddleware, either } from './either.ts';
import { withVary } from './header-list.ts';
import { type Maybe, mapMaybe } from './maybe.ts';
import { memorySessions } from './memory-sessions.ts';
import { checkCount, optionError } from './option-error.ts';
import { isThenable, mapResult, type Result } from './result.ts';

/** What is kept of a visitor: anything that survives JSON. */
export type SessionData = Readonly<Record<string, unknown>>;

/** Where sessions are kept; one that is shared lets several servers serve one visitor. */
export interface AsyncSessionStore {
  /** The data under a key; `undefined` where there is none or it has expired. */
  get(key: string): Maybe<SessionData | undefined>;
  /**
   * Keeps data for so many seconds from now. Data of a session that is not new it keeps only where
   * there still is data under the key, in one step: else a request that was at work while the
   * visitor logged out would bring the session back.
   */
  set(key: string, data: SessionData, seconds: number, isNew: boolean): Maybe<void>;
  /** Forgets a session. */
  delete(key: string): Maybe<void>;
}

/** A store that answers at once. */
export interface SessionStore extends AsyncSessionStore {
  get(key: string): SessionData | undefined;
  set(key: string, data: SessionData, seconds: number, isNew: boolean): void;
  /** Forgets a session. */
  delete(key: string): void;
}

/** How `session` works. */
export interface SessionOptions<Store extends AsyncSessionStore = SessionStore> {
  /** Where sessions are kept. Default: in the memory of this process, for development. */
  readonly store?: Store;
  /** The name of the cookie. Default `__Host-session`, or `session` where `secure` is false. */
  readonly name?: string;
  /** Attributes of the cookie, but for its age. Default: those of `setCookie`. */
  readonly cookie?: Omit<CookieOptions, 'maxAge'>;
  /** Seconds after the last request that a session is kept. Default 86400. */
  readonly maxAge?: number;
}

/** The session of one request. */
export interface Session {
  /** A value; `undefined` where there is none. */
  get(name: string): unknown;
  /** Keeps a value; the first one makes the session. */
  set(name: string, value: unknown): void;
  /** Takes a value out of the session. */
  delete(name: string): void;
  /** Gives the session another id and keeps its values; to be called when somebody logs in. */
  regenerate(): void;
  /** Forgets the session and its cookie. */
  destroy(): void;
}

/** The entry of environ that holds the session. */
const KEY = 'tsgi-middleware.session';

/**
 * Keeps values for a visitor between requests. The cookie holds a random id of 256 bits; the store
 * sees a hash of it, so that whoever reads the store has no session. An id that the store does not
 * know is never taken over. A response that was made with the session says `Vary: Cookie`, so that
 * no cache shows it to another visitor. Sessions without values are not kept and set no cookie. What changes
 * before the application has returned is stored before anything is sent, what changes later when
 * the response has ended. A store that answers with promises needs the asynchronous profile.
 * Throws a TypeError for a wrong option.
 */
export function session(options?: SessionOptions): EitherMiddleware;
export function session(options: SessionOptions<AsyncSessionStore>): AsyncMiddleware;
export function session(options: SessionOptions<AsyncSessionStore> = {}): EitherMiddleware {
  const { store = memorySessions(), cookie = {}, maxAge = 86_400 } = options;
  const name = options.name ?? (cookie.secure === false ? 'session' : '__Host-session');
  checkCount('session', 'maxAge', maxAge);
  setCookie(name, '', cookie);
  const settings: Settings = { store, cookie, maxAge, name };
  return either((application) => (environ, startResponse) => {
    const id = cookies(environ).get(name);
    const known = id === undefined ? undefined : store.get(keyOf(id));
    return mapMaybe(known, (data) => {
      const open = new OpenSession(
        settings,
        data === undefined ? undefined : { id: id ?? '', data },
      );
      environ[KEY] = open;
      environ['tsgi.on_finish'](() => open.save());
      const withCookie = editStart(startResponse, ({ status, headers }) => ({
        status,
        headers: open.addCookie(headers),
      }));
      const result = application(environ, withCookie);
      return mapResult(result, (body) => {
        const saved = open.save();
        return (isThenable(saved) ? saved.then(() => body) : body) as typeof body;
      });
    }) as Result;
  });
}

/** The session of a request. Throws a TypeError where no `session` stands before the caller. */
export function sessionOf(environ: Environ): Session {
  const found = environ[KEY] as Session | undefined;
  if (found === undefined) {
    throw optionError('sessionOf', 'no session stands before this application; the entry', found);
  }
  return found;
}

interface Settings extends Required<Omit<SessionOptions<AsyncSessionStore>, 'store'>> {
  readonly store: AsyncSessionStore;
}

function keyOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url');
}

class OpenSession implements Session {
  readonly #settings: Settings;
  readonly #known: string | undefined;
  #id: string;
  #values: Map<string, unknown>;
  #isChanged = false;
  #isTouched: boolean;
  /** The id under which the store has it. */
  #stored: string | undefined;
  #gone: string | undefined;
  /** Whether the response may be another one for another visitor. */
  #isRead = false;

  constructor(
    settings: Settings,
    found: { readonly id: string; readonly data: SessionData } | undefined,
  ) {
    this.#settings = settings;
    this.#known = found?.id;
    this.#stored = found?.id;
    this.#id = found?.id ?? newId();
    this.#values = new Map(Object.entries(found?.data ?? {}));
    this.#isTouched = found !== undefined;
  }

  get(name: string): unknown {
    this.#isRead = true;
    return this.#values.get(name);
  }

  set(name: string, value: unknown): void {
    this.#values.set(name, value);
    this.#isChanged = true;
  }

  delete(name: string): void {
    this.#isChanged = this.#values.delete(name) || this.#isChanged;
  }

  regenerate(): void {
    this.#gone = this.#known;
    this.#id = newId();
    this.#isChanged = true;
  }

  destroy(): void {
    this.#values.clear();
    this.regenerate();
  }

  addCookie(headers: HeaderList): HeaderList {
    const { name, cookie, maxAge } = this.#settings;
    if (this.#values.size > 0) {
      const sent = setCookie(name, this.#id, { ...cookie, maxAge });
      return [...withVary(headers, 'Cookie'), sent];
    }
    if (this.#known !== undefined) {
      return [...withVary(headers, 'Cookie'), deleteCookie(name, cookie)];
    }
    return this.#isRead ? withVary(headers, 'Cookie') : headers;
  }

  /** Stores what has changed, or that the session was used. */
  save(): Maybe<void> {
    const { store, maxAge } = this.#settings;
    if (!this.#isChanged && !this.#isTouched) {
      return;
    }
    this.#isChanged = false;
    this.#isTouched = false;
    const gone = this.#values.size === 0 ? this.#known : this.#gone;
    this.#gone = undefined;
    const isNew = this.#id !== this.#stored;
    this.#stored = this.#values.size === 0 ? undefined : this.#id;
    const forgotten = gone === undefined ? undefined : store.delete(keyOf(gone));
    return mapMaybe(forgotten, () =>
      this.#values.size === 0
        ? undefined
        : store.set(keyOf(this.#id), Object.fromEntries(this.#values), maxAge, isNew),
    );
  }
}

function newId(): string {
  return randomBytes(32).toString('base64url');
}
