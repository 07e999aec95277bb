import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { Spool } from '../src/spool.ts';

const spools: Spool[] = [];

afterEach(() => {
  for (const spool of spools.splice(0)) {
    spool.dispose();
  }
});

function spoolOf(limit: number, chunks: Iterable<Uint8Array>): Spool {
  const spool = new Spool(limit);
  spools.push(spool);
  for (const chunk of chunks) {
    spool.write(chunk);
  }
  return spool;
}

function contentOf(spool: Spool): Buffer {
  const source = spool.source();
  return Buffer.from(source.readAt(0, source.length));
}

const PIECE = fc.oneof(
  fc.uint8Array({ maxLength: 3 }),
  fc.uint8Array({ minLength: 250, maxLength: 260 }),
  fc.uint8Array({ minLength: 4000, maxLength: 4200 }),
);

describe('Spool', () => {
  test('gives back what it took, in whatever pieces, in memory or in a file', () => {
    fc.assert(
      fc.property(
        fc.array(PIECE, { maxLength: 40 }),
        fc.constantFrom(0, 5000, 1_000_000),
        (chunks, limit) => {
          const spool = spoolOf(limit, chunks);
          const whole = Buffer.concat(chunks);
          expect(spool.length).toBe(whole.byteLength);
          expect(contentOf(spool).equals(whole)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('does not pay an array for each octet of a body that comes octet by octet', () => {
    const count = 400_000;
    const before = memoryInUse();
    const spool = spoolOf(
      count,
      (function* octetByOctet() {
        for (let at = 0; at < count; at++) {
          yield Uint8Array.of(at % 251);
        }
      })(),
    );
    // an array for each would be 40 MB and more
    expect(memoryInUse() - before).toBeLessThan(20_000_000);
    const content = contentOf(spool);
    expect(content.byteLength).toBe(count);
    expect(content.every((octet, at) => octet === at % 251)).toBe(true);
  });
});

// What is in use once what is not has been collected.
function memoryInUse(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
