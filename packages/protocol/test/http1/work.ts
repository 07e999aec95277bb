import type { DecodeLatin1 } from '../../src/http1/index.ts';
import { latin1 } from './notation.ts';

/** What was done, in octets. */
export interface Work {
  decoded: number;
  copied: number;
  searched: number;
}

interface ByteArray {
  set: (this: Uint8Array, source: ArrayLike<number>, offset?: number) => void;
  indexOf: (this: Uint8Array, octet: number, from?: number) => number;
}

const PROTOTYPE = Object.getPrototypeOf(Uint8Array.prototype) as ByteArray;

/** Counts the octets that an action decodes, copies between arrays and searches through. */
export function countWork(action: (decode: DecodeLatin1) => void): Work {
  const work: Work = { decoded: 0, copied: 0, searched: 0 };
  const { set, indexOf } = PROTOTYPE;
  PROTOTYPE.set = function countedSet(source, offset) {
    work.copied += source.length;
    set.call(this, source, offset);
  };
  PROTOTYPE.indexOf = function countedIndexOf(octet, from = 0) {
    const at = indexOf.call(this, octet, from);
    work.searched += (at === -1 ? this.length : at + 1) - from;
    return at;
  };
  try {
    action((data, start, end) => {
      work.decoded += end - start;
      return latin1(data.subarray(start, end));
    });
  } finally {
    Object.assign(PROTOTYPE, { set, indexOf });
  }
  return work;
}
