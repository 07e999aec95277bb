import { decodeLatin1, encodeLatin1, isLatin1 } from '../octets/latin1.ts';
import { FastCgiError } from './errors.ts';

const LONG = 0x80;

interface Size {
  readonly value: number;
  /** Where what follows the size begins. */
  readonly end: number;
}

/**
 * Parses name-value pairs, as name, value, name, value, …: section 3.4. Stops behind `most` pairs
 * and one more. Throws `ERR_FASTCGI_PAIR`.
 */
export function parsePairs(octets: Uint8Array, most: number): string[] {
  const list: string[] = [];
  for (let at = 0; at < octets.length && list.length <= 2 * most; ) {
    const name = readSize(octets, at);
    const value = name && readSize(octets, name.end);
    const start = value?.end ?? Number.NaN;
    const middle = start + (name?.value ?? 0);
    const end = middle + (value?.value ?? 0);
    // not the other way round, which NaN would pass
    if (!(end <= octets.length) || start === middle) {
      throw new FastCgiError('ERR_FASTCGI_PAIR', `octets ${at} to ${end} of ${octets.length}`);
    }
    list.push(decodeLatin1(octets.subarray(start, middle)));
    list.push(decodeLatin1(octets.subarray(middle, end)));
    at = end;
  }
  return list;
}

// One octet up to 127; four with the first bit set
function readSize(octets: Uint8Array, at: number): Size | undefined {
  const first = octets[at];
  if (first === undefined || first < LONG) {
    return first === undefined ? undefined : { value: first, end: at + 1 };
  }
  if (at + 4 > octets.length) {
    return undefined;
  }
  const rest = octets.subarray(at + 1, at + 4);
  const value = rest.reduce((sum, octet) => sum * 256 + octet, first & 0x7f);
  return { value, end: at + 4 };
}

/** Writes name-value pairs. Throws `ERR_FASTCGI_VALUE`. */
export function writePairs(list: readonly string[]): Uint8Array {
  let text = '';
  for (let at = 0; at < list.length; at += 2) {
    const name = list[at] as string;
    const value = list[at + 1];
    if (name === '' || value === undefined || !isLatin1(name + value)) {
      throw new FastCgiError('ERR_FASTCGI_VALUE', `${name}=${value ?? ''}`);
    }
    text += writeSize(name.length) + writeSize(value.length) + name + value;
  }
  return encodeLatin1(text);
}

function writeSize(size: number): string {
  return size < LONG
    ? String.fromCharCode(size)
    : String.fromCharCode(
        LONG | (size >>> 24),
        (size >> 16) & 0xff,
        (size >> 8) & 0xff,
        size & 0xff,
      );
}
