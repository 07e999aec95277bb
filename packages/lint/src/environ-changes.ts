import { quote } from './describe-value.ts';
import { isSpecified } from './environ-entries.ts';
import { inner, type Observation, type Roles } from './roles.ts';

/** Remembers what an environ held when it was passed on, and sees what became of it. */
export class EnvironChanges {
  readonly #environ: object;
  readonly #roles: Roles;
  readonly #seen: Set<string | symbol>;
  #target: unknown;
  #async: boolean;

  constructor(environ: object, roles: Roles) {
    this.#environ = environ;
    this.#roles = roles;
    this.#seen = new Set(Reflect.ownKeys(environ));
    this.#target = Reflect.get(environ, 'REQUEST_URI');
    this.#async = Reflect.get(environ, 'tsgi.async') === true;
  }

  /** What the inner side did to the environ since the last look. */
  look(): readonly Observation[] {
    const found = this.#added();
    if (!this.#async && Reflect.get(this.#environ, 'tsgi.async') === true) {
      this.#async = true;
      found.push(inner('ASYNC-NO-UPGRADE', 'tsgi.async changed from false to true'));
    }
    if (this.#roles.inner === 'middleware') {
      found.push(...this.#byMiddleware());
    }
    return found;
  }

  #added(): Observation[] {
    const added = Reflect.ownKeys(this.#environ).filter((key) => !this.#seen.has(key));
    for (const key of added) {
      this.#seen.add(key);
    }
    return added
      .filter((key) => !isAllowed(key))
      .map((key) => inner('APP-ENV-KEYS', `the new key ${quote(String(key))}`));
  }

  #byMiddleware(): Observation[] {
    const found: Observation[] = [];
    const target: unknown = Reflect.get(this.#environ, 'REQUEST_URI');
    if (target !== this.#target) {
      this.#target = target;
      found.push(inner('MW-URI', `REQUEST_URI changed to ${quote(String(target))}`));
    }
    for (const key of this.#seen) {
      if (typeof key === 'string' && !isSpecified(key) && !Object.hasOwn(this.#environ, key)) {
        this.#seen.delete(key);
        found.push(inner('MW-ENV-KEEP', `${quote(key)} was removed`));
      }
    }
    return found;
  }
}

// What the inner side holds may be a stack with a middleware in it that speaks for the server: one
// that authenticates sets REMOTE_USER. Names that nobody has specified are mistakes all the same.
function isAllowed(key: string | symbol): boolean {
  if (typeof key !== 'string') {
    return false;
  }
  return isSpecified(key) || (key.includes('.') && !key.startsWith('tsgi.'));
}
