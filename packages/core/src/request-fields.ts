import { HOP_BY_HOP } from './header-list.ts';
import { interned } from './interned.ts';

/** The fields of a request as environ has them. */
export interface RequestFields {
  /** key, value, key, value, … each key once, in the order in which they came. */
  readonly entries: readonly string[];
  /** Whether the client takes trailers. */
  readonly wantsTrailers: boolean;
}

/** What a connection remembers of its last request: clients repeat their fields. */
export class FieldMemory {
  #headers: readonly string[] | undefined;
  #fields: RequestFields | undefined;

  /** As `readFields`, of a list that does not change; the very list of the last call costs nothing. */
  read(headers: readonly string[]): RequestFields {
    if (this.#fields === undefined || this.#headers !== headers) {
      this.#fields = readFields(headers);
      this.#headers = headers;
    }
    return this.#fields;
  }

  /** Forgets what was read. */
  clear(): void {
    this.#headers = undefined;
    this.#fields = undefined;
  }
}

/** Reads name, value, name, value, … into entries of environ: TSGI 1.0, "Environ". */
export function readFields(headers: readonly string[]): RequestFields {
  const nominated = connectionOptions(headers);
  const entries = new EntryList();
  let wantsTrailers = false;
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] as string;
    const value = headers[index + 1] as string;
    const key = environKey(name);
    if (key !== undefined && !nominated?.has(key)) {
      entries.add(key, value);
    } else if (name.length === 2 && name.toLowerCase() === 'te') {
      wantsTrailers ||= allowsTrailers(value);
    }
  }
  return { entries: entries.flat, wantsTrailers };
}

/** So many entries are searched one by one; beyond, a map finds them. */
const FEW = 32;

class EntryList {
  readonly flat: string[] = [];
  #places: Map<string, number> | undefined;

  add(key: string, value: string): void {
    const place = this.#find(key);
    if (place === undefined) {
      this.#places?.set(key, this.flat.length);
      this.flat.push(key, value);
    } else {
      this.flat[place + 1] += `${key === 'HTTP_COOKIE' ? '; ' : ', '}${value}`;
    }
  }

  #find(key: string): number | undefined {
    const { flat } = this;
    if (flat.length > FEW * 2) {
      this.#places ??= new Map(flat.flatMap((entry, at) => (at % 2 === 0 ? [[entry, at]] : [])));
      return this.#places.get(key);
    }
    for (let at = 0; at < flat.length; at += 2) {
      if (flat[at] === key) {
        return at;
      }
    }
    return undefined;
  }
}

// RFC 9110 section 10.1.4: TE = [ t-codings *( OWS "," OWS t-codings ) ]
function allowsTrailers(value: string): boolean {
  const members = value.toLowerCase().split(',');
  return members.some((member) => member.trim() === 'trailers');
}

// RFC 9110 section 7.6.1: a connection option names a field that concerns this connection only
function connectionOptions(headers: readonly string[]): ReadonlySet<string> | undefined {
  let keys: Set<string> | undefined;
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] as string;
    const value = headers[index + 1] as string;
    const usual = value === 'keep-alive' || value === 'close';
    if (name.length !== 10 || usual || name.toLowerCase() !== 'connection') {
      continue;
    }
    for (const option of value.split(',')) {
      const key = environKey(option.trim());
      if (key !== undefined && key !== 'HTTP_HOST') {
        keys ??= new Set();
        keys.add(key);
      }
    }
  }
  return keys;
}

/** Names that were met before, with their keys; what clients may fill it with is bounded. */
const KEYS = new Map<string, string | undefined>();
const MOST_KEYS = 512;
const LONGEST_KEPT = 64;

/**
 * The key under which a request field stands in environ; undefined where it is not mapped: names
 * with other characters than letters, digits and `-`, which could pass for one another,
 * hop-by-hop fields, Proxy (which would read as a proxy setting), and Content-Length, which
 * environ takes from the framing.
 */
export function environKey(name: string): string | undefined {
  const known = KEYS.get(name);
  if (known !== undefined || KEYS.has(name)) {
    return known;
  }
  const key = buildKey(name);
  if (KEYS.size < MOST_KEYS && name.length <= LONGEST_KEPT) {
    KEYS.set(interned(name), key);
  }
  return key;
}

function buildKey(name: string): string | undefined {
  if (!/^[A-Za-z0-9-]+$/.test(name)) {
    return undefined;
  }
  const lower = name.toLowerCase();
  if (HOP_BY_HOP.has(lower) || lower === 'proxy' || lower === 'content-length') {
    return undefined;
  }
  const upper = name.toUpperCase().replaceAll('-', '_');
  return interned(upper === 'CONTENT_TYPE' ? upper : `HTTP_${upper}`);
}
