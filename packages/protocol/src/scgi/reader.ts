import { decodeLatin1 } from '../octets/latin1.ts';
import type { OctetQueue } from '../octets/octet-queue.ts';
import { RequestReader, type SingleRequestEvent } from '../variables/request-reader.ts';
import { findExcess, findValues, parseLength } from '../variables/variable-list.ts';
import { ScgiError } from './errors.ts';
import { SCGI_LIMITS, type ScgiLimits } from './limits.ts';

/** What a reader takes. */
export interface ScgiReaderOptions {
  /** Each that is given replaces the one of SCGI_LIMITS. */
  readonly limits?: Partial<ScgiLimits> | undefined;
  /**
   * What happens to a name that is there twice, which the specification forbids. `keep` gives it
   * as it is, for a front that sends a repeated field as it came. Default `refuse`.
   */
  readonly duplicates?: 'refuse' | 'keep' | undefined;
}

type Settings = ScgiLimits & { readonly duplicates: 'refuse' | 'keep' };

/** The application's side of a connection, which carries one request: SCGI, by N. Schemenauer. */
export class ScgiReader {
  readonly #reader: RequestReader;

  /** For one connection, from its first octet on. */
  constructor({ limits, duplicates = 'refuse' }: ScgiReaderOptions = {}) {
    const settings: Settings = { ...SCGI_LIMITS, ...limits, duplicates };
    this.#reader = new RequestReader({
      takeHead: (queue) => takeHead(queue, settings),
      fail: (kind, got) => new ScgiError(`ERR_SCGI_${kind}`, got),
    });
  }

  /** Takes octets over; none says that the peer sends no more. Throws `ERR_SCGI_STATE` after that. */
  receive(octets: Uint8Array): void {
    this.#reader.receive(octets);
  }

  /** The next event. Throws a ScgiError; after it there is `closed` only. */
  next(): SingleRequestEvent {
    return this.#reader.next();
  }
}

const COLON = 0x3a;
const COMMA = 0x2c;

// netstring = [1-9] *DIGIT ":" octets ","
function takeHead(
  queue: OctetQueue,
  settings: Settings,
): { variables: string[]; contentLength: number } | undefined {
  const start = queue.view(String(settings.head).length + 1);
  const colon = start.indexOf(COLON);
  const digits = decodeLatin1(colon === -1 ? start : start.subarray(0, colon));
  // as many digits as make it too large decide, whatever comes after them
  const [size = ''] = /^[1-9][0-9]*/.exec(digits) ?? [];
  if (Number(size) > settings.head) {
    throw new ScgiError('ERR_SCGI_TOO_LARGE', `${size} octets`);
  }
  if (size !== digits || (size === '' && colon !== -1)) {
    throw new ScgiError('ERR_SCGI_NETSTRING', digits);
  }
  const from = colon + 1;
  const end = from + Number(digits);
  if (colon === -1 || queue.length < end + 1) {
    return undefined;
  }
  const netstring = queue.take(end + 1);
  if (netstring[end] !== COMMA) {
    throw new ScgiError('ERR_SCGI_NETSTRING', decodeLatin1(netstring.subarray(end)));
  }
  return parseHeaders(decodeLatin1(netstring.subarray(from, end)), settings);
}

// headers = 1*( name NUL value NUL ), name = 1*<not NUL>, value = *<not NUL>
function parseHeaders(
  text: string,
  settings: Settings,
): { variables: string[]; contentLength: number } {
  const variables = text.split('\0');
  if (variables.pop() !== '' || variables.length % 2 !== 0) {
    throw new ScgiError('ERR_SCGI_HEADERS', text.slice(-40));
  }
  const empty = variables.findIndex((part, at) => at % 2 === 0 && part === '');
  if (empty !== -1) {
    throw new ScgiError('ERR_SCGI_HEADERS', `an empty name with ${variables[empty + 1]}`);
  }
  const excess = findExcess(variables, settings);
  if (excess !== undefined) {
    throw new ScgiError('ERR_SCGI_TOO_LARGE', excess);
  }
  return { variables, contentLength: checkHeaders(variables, settings) };
}

function checkHeaders(variables: readonly string[], { duplicates }: Settings): number {
  const [name = '', value = ''] = variables;
  const contentLength = parseLength(value);
  if (name !== 'CONTENT_LENGTH' || Number.isNaN(contentLength)) {
    throw new ScgiError('ERR_SCGI_CONTENT_LENGTH', `${name}=${value}`);
  }
  const versions = findValues(variables, 'SCGI');
  if (versions.length === 0 || versions.some((version) => version !== '1')) {
    throw new ScgiError('ERR_SCGI_VERSION', versions.join(', '));
  }
  if (findValues(variables, 'CONTENT_LENGTH').some((other) => other !== value)) {
    throw new ScgiError('ERR_SCGI_DUPLICATE', 'CONTENT_LENGTH');
  }
  if (duplicates === 'refuse') {
    checkUnique(variables);
  }
  return contentLength;
}

function checkUnique(variables: readonly string[]): void {
  const seen = new Set<string>();
  for (let at = 0; at < variables.length; at += 2) {
    const name = variables[at] as string;
    if (seen.has(name)) {
      throw new ScgiError('ERR_SCGI_DUPLICATE', name);
    }
    seen.add(name);
  }
}
