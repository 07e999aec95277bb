import { decodeLatin1 } from '../octets/latin1.ts';
import type { OctetQueue } from '../octets/octet-queue.ts';
import { RequestReader, type SingleRequestEvent } from '../variables/request-reader.ts';
import { declaredLength, findExcess, findValues } from '../variables/variable-list.ts';
import { UwsgiError } from './errors.ts';
import { UWSGI_LIMITS, type UwsgiLimits } from './limits.ts';

/** What a reader takes. */
export interface UwsgiReaderOptions {
  /** Each that is given replaces the one of UWSGI_LIMITS. */
  readonly limits?: Partial<UwsgiLimits> | undefined;
}

/** The application's side of a connection, which carries one request. */
export class UwsgiReader {
  readonly #reader: RequestReader;

  /** For one connection, from its first octet on. */
  constructor({ limits }: UwsgiReaderOptions = {}) {
    const settings: UwsgiLimits = { ...UWSGI_LIMITS, ...limits };
    this.#reader = new RequestReader({
      takeHead: (queue) => takeHead(queue, settings),
      fail: (kind, got) => new UwsgiError(`ERR_UWSGI_${kind}`, got),
    });
  }

  /** Takes octets over; none says that the peer sends no more. Throws `ERR_UWSGI_STATE` after that. */
  receive(octets: Uint8Array): void {
    this.#reader.receive(octets);
  }

  /** The next event. Throws a UwsgiError; after it there is `closed` only. */
  next(): SingleRequestEvent {
    return this.#reader.next();
  }
}

const PREFIX_LENGTH = 4;

// packet = modifier1 datasize(16 bits, little endian) modifier2 variables
function takeHead(
  queue: OctetQueue,
  limits: UwsgiLimits,
): { variables: string[]; contentLength: number } | undefined {
  const [modifier1 = 0, low = 0, high = 0, modifier2 = 0] = queue.view(PREFIX_LENGTH);
  if (modifier1 !== 0) {
    throw new UwsgiError('ERR_UWSGI_MODIFIER', `modifier1 ${modifier1}`);
  }
  // of the low octet alone it is no larger than of both
  const size = low | (high << 8);
  if (size > limits.head) {
    throw new UwsgiError('ERR_UWSGI_TOO_LARGE', `${size} octets`);
  }
  if (modifier2 !== 0) {
    throw new UwsgiError('ERR_UWSGI_MODIFIER', `modifier2 ${modifier2}`);
  }
  if (queue.length < PREFIX_LENGTH + size) {
    return undefined;
  }
  const variables = parseBlock(queue.take(PREFIX_LENGTH + size).subarray(PREFIX_LENGTH));
  const excess = findExcess(variables, limits);
  if (excess !== undefined) {
    throw new UwsgiError('ERR_UWSGI_TOO_LARGE', excess);
  }
  const contentLength = declaredLength(variables) ?? 0;
  if (Number.isNaN(contentLength)) {
    const lengths = findValues(variables, 'CONTENT_LENGTH');
    throw new UwsgiError('ERR_UWSGI_CONTENT_LENGTH', lengths.join(', '));
  }
  return { variables, contentLength };
}

// variables = *( size name size value ), sizes of 16 bits, little endian
function parseBlock(block: Uint8Array): string[] {
  const variables: string[] = [];
  for (let at = 0; at < block.length; ) {
    const start = at + 2;
    const end = start + ((block[at] as number) | ((block[at + 1] ?? 0) << 8));
    const isName = variables.length % 2 === 0;
    if (start > block.length || end > block.length || (isName && end === start)) {
      throw new UwsgiError('ERR_UWSGI_VARIABLE', `octets ${at} to ${end} of ${block.length}`);
    }
    variables.push(decodeLatin1(block.subarray(start, end)));
    at = end;
  }
  if (variables.length % 2 !== 0) {
    throw new UwsgiError('ERR_UWSGI_VARIABLE', `${variables.at(-1)} without a value`);
  }
  return variables;
}
