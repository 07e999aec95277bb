/** A cookie as a jar keeps it. */
export interface JarCookie {
  /** Case-sensitive: `sid` and `SID` are two cookies. */
  readonly name: string;
  /** What stands after the `=`, neither decoded nor unquoted. */
  readonly value: string;
  /** The Domain attribute without a leading dot; where there was none, the host that set it. */
  readonly domain: string;
  /** Whether only the very host that set it gets it back. */
  readonly hostOnly: boolean;
  /** The Path attribute; where there was none, the folder of the request (RFC 6265, 5.1.4). */
  readonly path: string;
  /** Whether it is sent only over https, and to `localhost`. */
  readonly secure: boolean;
  /** Milliseconds since the epoch; `undefined` for the length of the session. */
  readonly expires: number | undefined;
}

/** Where a request goes, as far as cookies care. */
export interface CookieScope {
  /** As in the Host field; its port makes no difference. */
  readonly host: string;
  /** The path of the request-target, without its query. */
  readonly path: string;
  /** Secure cookies are kept and sent over https only, `localhost` apart. */
  readonly scheme: 'http' | 'https';
}

/** The cookies of one client, kept and sent as browsers do (RFC 6265, 5.3 and 5.4). */
export class CookieJar {
  readonly #cookies = new Map<string, JarCookie>();

  /** The value of a cookie; `undefined` where there is none. */
  get(name: string): string | undefined {
    return this.all().find((cookie) => cookie.name === name)?.value;
  }

  /** Keeps a cookie for every path of a host, whose port makes no difference. */
  set(name: string, value: string, host = 'localhost'): void {
    const domain = bare(host);
    const cookie = { name, value, domain, hostOnly: true, path: '/', secure: false };
    this.#cookies.set(keyOf(cookie), { ...cookie, expires: undefined });
  }

  /** All cookies that have not expired. */
  all(): readonly JarCookie[] {
    const now = Date.now();
    return [...this.#cookies.values()].filter(
      ({ expires }) => expires === undefined || expires > now,
    );
  }

  /** Forgets all cookies. */
  clear(): void {
    this.#cookies.clear();
  }

  /** Takes the Set-Cookie fields of a response; what a browser would refuse is passed over. */
  store(fields: readonly string[], scope: CookieScope): void {
    for (const field of fields) {
      const cookie = parseSetCookie(field, scope);
      if (cookie !== undefined) {
        this.#cookies.set(keyOf(cookie), cookie);
      }
    }
  }

  /** The value of Cookie for a request; `undefined` where there is nothing to send. */
  fieldFor(scope: CookieScope): string | undefined {
    const sent = this.all()
      .filter((cookie) => isSent(cookie, scope))
      .toSorted((one, other) => other.path.length - one.path.length);
    return sent.length === 0
      ? undefined
      : sent.map(({ name, value }) => `${name}=${value}`).join('; ');
  }
}

function keyOf({ name, domain, path }: Pick<JarCookie, 'name' | 'domain' | 'path'>): string {
  return `${name}\n${domain}\n${path}`;
}

// Browsers hold this machine to be as good as https.
function isSecure({ host, scheme }: CookieScope): boolean {
  return scheme === 'https' || bare(host) === 'localhost';
}

function bare(host: string): string {
  return host.replace(/:\d*$/, '').toLowerCase();
}

function isSent(cookie: JarCookie, scope: CookieScope): boolean {
  const host = bare(scope.host);
  const isHost = host === cookie.domain || (!cookie.hostOnly && host.endsWith(`.${cookie.domain}`));
  return isHost && isBelow(scope.path, cookie.path) && (!cookie.secure || isSecure(scope));
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

function parseSetCookie(field: string, scope: CookieScope): JarCookie | undefined {
  const [pair = '', ...rest] = field.split(';').map((part) => part.trim());
  const equals = pair.indexOf('=');
  const name = pair.slice(0, Math.max(equals, 0));
  const attributes = new Map(
    rest.map((part) => {
      const [key = '', ...value] = part.split('=');
      return [key.trim().toLowerCase(), value.join('=').trim()] as const;
    }),
  );
  const host = bare(scope.host);
  const given = attributes.get('domain')?.replace(/^\./, '').toLowerCase() ?? '';
  const domain = given === '' ? host : given;
  const secure = attributes.has('secure');
  const path =
    attributes.get('path')?.startsWith('/') === true ? attributes.get('path') : undefined;
  const isForeign = domain !== host && !host.endsWith(`.${domain}`);
  const isFalsePrefix =
    (/^__(?:secure|host)-/i.test(name) && !secure) ||
    (/^__host-/i.test(name) && (given !== '' || path !== '/'));
  if (name === '' || isForeign || isFalsePrefix || (secure && !isSecure(scope))) {
    return undefined;
  }
  return {
    name,
    value: pair.slice(equals + 1),
    domain,
    hostOnly: given === '',
    path: path ?? defaultPath(scope.path),
    secure,
    expires: expiryOf(attributes),
  };
}

// RFC 6265, 5.1.4
function defaultPath(path: string): string {
  const end = path.lastIndexOf('/');
  return end <= 0 ? '/' : path.slice(0, end);
}

function expiryOf(attributes: ReadonlyMap<string, string>): number | undefined {
  const maxAge = attributes.get('max-age');
  if (maxAge !== undefined && /^-?\d+$/.test(maxAge)) {
    return Number(maxAge) <= 0 ? 0 : Date.now() + Number(maxAge) * 1000;
  }
  const date = Date.parse(attributes.get('expires') ?? '');
  return Number.isNaN(date) ? undefined : date;
}
