import { ProxyError } from './errors.ts';
import type { ProxyHeader } from './header.ts';
import { LONGEST_LINE, parseLine } from './version-1.ts';
import { checkPrefix, latin1, parseBinary, PREFIX_LENGTH, SIGNATURE } from './version-2.ts';

/** The versions that a reader accepts. */
export type ProxyVersions = 'v1' | 'v2' | 'any';

/** What a reader takes. */
export interface ProxyReaderOptions {
  /** A header of another version is refused with `ERR_PROXY_VERSION`. */
  readonly versions: ProxyVersions;
  /** The longest header in octets; at least 107. Default 4096. */
  readonly limit?: number | undefined;
}

/** A header that has arrived whole. */
export interface ProxyEvent {
  /** To be believed only where the peer is a trusted proxy. */
  readonly header: ProxyHeader;
  /** What was received behind it; may be empty. */
  readonly rest: Uint8Array;
}

const V1_START = Array.from('PROXY ', (character) => character.charCodeAt(0));
const CR = 0x0d;
const LF = 0x0a;

/**
 * Reads the header with which a connection begins: The PROXY protocol, versions 1 and 2, by HAProxy.
 * A fault is found at the octet that makes it one, or at the end of the line that has it.
 */
export class ProxyReader {
  readonly #versions: ProxyVersions;
  readonly #limit: number;
  #octets = new Uint8Array(0);
  #done = false;

  /** For one connection, from its first octet on. */
  constructor({ versions, limit = 4096 }: ProxyReaderOptions) {
    this.#versions = versions;
    this.#limit = Math.max(limit, LONGEST_LINE);
  }

  /**
   * Takes octets; gives the header and what follows it, or `need-data`. Throws a ProxyError; the
   * connection is of no use then.
   */
  receive(octets: Uint8Array): ProxyEvent | 'need-data' {
    if (this.#done) {
      throw new ProxyError('ERR_PROXY_STATE');
    }
    const all = new Uint8Array(this.#octets.length + octets.length);
    all.set(this.#octets);
    all.set(octets, this.#octets.length);
    this.#octets = all;
    const end = this.#findEnd(all);
    if (end === undefined) {
      return 'need-data';
    }
    this.#done = true;
    const header =
      all[0] === CR
        ? parseBinary(all.subarray(0, end))
        : parseLine(latin1(all.subarray(0, end - 2)));
    return { header, rest: all.subarray(end) };
  }

  /** The peer sends no more. Throws `ERR_PROXY_TRUNCATED` where the header is not whole. */
  end(): void {
    if (!this.#done) {
      this.#done = true;
      throw new ProxyError('ERR_PROXY_TRUNCATED', `${this.#octets.length} octets`);
    }
  }

  #findEnd(octets: Uint8Array): number | undefined {
    if (octets.length === 0) {
      return undefined;
    }
    const binary = octets[0] === CR;
    checkStart(octets, binary ? SIGNATURE : V1_START);
    if (this.#versions === (binary ? 'v1' : 'v2')) {
      throw new ProxyError('ERR_PROXY_VERSION', binary ? 'version 2' : 'version 1');
    }
    return binary ? this.#endOfBinary(octets) : endOfLine(octets);
  }

  #endOfBinary(octets: Uint8Array): number | undefined {
    const length = checkPrefix(octets, this.#limit);
    const end = length === undefined ? undefined : PREFIX_LENGTH + length;
    return end === undefined || octets.length < end ? undefined : end;
  }
}

function checkStart(octets: Uint8Array, expected: readonly number[]): void {
  const start = octets.subarray(0, expected.length);
  if (start.some((octet, index) => octet !== expected[index])) {
    throw new ProxyError('ERR_PROXY_SIGNATURE', latin1(start));
  }
}

// Section 2.1: printable characters up to CR LF
function endOfLine(octets: Uint8Array): number | undefined {
  for (let at = 0; at < Math.min(octets.length, LONGEST_LINE); at += 1) {
    const octet = octets[at] as number;
    if (octets[at - 1] === CR) {
      if (octet === LF) {
        return at + 1;
      }
      throw refuse(octets, at);
    }
    if (octet !== CR && (octet < 0x20 || octet > 0x7e)) {
      throw refuse(octets, at);
    }
  }
  if (octets.length >= LONGEST_LINE) {
    throw refuse(octets, LONGEST_LINE - 1);
  }
  return undefined;
}

function refuse(octets: Uint8Array, at: number): ProxyError {
  return new ProxyError('ERR_PROXY_LINE', latin1(octets.subarray(0, at + 1)));
}
