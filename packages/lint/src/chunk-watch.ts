// Rule 1: nothing here changes a chunk or keeps more of them alive than it was told to.

import { bufferOf, lengthOf, offsetOf } from './octets.ts';

const KEPT = 4;
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

interface Seen {
  /** Counted from 1, over all chunks of the body. */
  readonly ordinal: number;
  readonly chunk: Uint8Array;
  hash: number;
}

/**
 * A hash of the octets of a chunk, after FNV-1a, four octets at a time where they are aligned. Every
 * step is a bijection, so that a change within one word is never missed. A chunk whose memory was
 * taken away hashes as an empty one.
 */
export function hashChunk(chunk: Uint8Array): number {
  const [buffer, byteOffset, byteLength] = [bufferOf(chunk), offsetOf(chunk), lengthOf(chunk)];
  const seed = FNV_OFFSET ^ byteLength;
  // Too short for an aligned word; no memory at all where the chunk was detached.
  if (byteLength === 0) {
    return seed;
  }
  if (byteLength < 8) {
    return hashOctets(new Uint8Array(buffer, byteOffset, byteLength), seed);
  }
  const words = byteOffset + (-byteOffset & 3);
  const count = (byteOffset + byteLength - words) >>> 2;
  const rest = words + count * 4;
  const head = hashOctets(new Uint8Array(buffer, byteOffset, words - byteOffset), seed);
  const middle = hashOctets(new Uint32Array(buffer, words, count), head);
  return hashOctets(new Uint8Array(buffer, rest, byteOffset + byteLength - rest), middle);
}

function hashOctets(values: Uint8Array | Uint32Array, start: number): number {
  let hash = start;
  for (let index = 0; index < values.length; index += 1) {
    hash = Math.imul(hash ^ (values[index] as number), FNV_PRIME);
  }
  return hash;
}

/** Remembers what the last chunks held, so that a later change of one is seen. */
export class ChunkWatch {
  readonly #kept: number;
  readonly #seen: Seen[] = [];
  #count = 0;

  /** `kept` is the number of chunks to look at again; the last few unless given. */
  constructor(kept: number = KEPT) {
    this.#kept = kept;
  }

  /** Takes note of a chunk that goes to the consumer. */
  add(chunk: Uint8Array): void {
    this.#count += 1;
    this.#seen.push({ ordinal: this.#count, chunk, hash: hashChunk(chunk) });
    if (this.#seen.length > this.#kept) {
      this.#seen.shift();
    }
  }

  /** The ordinal of the first chunk kept that has changed since it was last looked at. */
  takeChanged(): number | undefined {
    for (const seen of this.#seen) {
      const ordinal = changed(seen);
      if (ordinal !== undefined) {
        return ordinal;
      }
    }
    return undefined;
  }
}

// The new content becomes the reference, so that one change is one finding.
function changed(seen: Seen): number | undefined {
  const hash = hashChunk(seen.chunk);
  if (hash === seen.hash) {
    return undefined;
  }
  seen.hash = hash;
  return seen.ordinal;
}
