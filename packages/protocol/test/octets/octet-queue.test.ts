import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OctetQueue } from '../../src/octets/octet-queue.ts';

describe('OctetQueue', () => {
  test('gives what it took, in order, and never writes to what it gave', () => {
    const step = fc.oneof(
      fc.uint8Array({ maxLength: 400 }).map((octets) => ({ octets, count: 0 })),
      fc.nat(300).map((count) => ({ octets: new Uint8Array(0), count })),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const queue = new OctetQueue();
        const given: { taken: Uint8Array; copy: number[] }[] = [];
        let model: number[] = [];
        for (const { octets, count } of steps) {
          queue.push(Uint8Array.from(octets));
          model = model.concat([...octets]);
          expect([...queue.view(count)]).toEqual(model.slice(0, count));
          const taken = queue.take(count);
          expect([...taken]).toEqual(model.slice(0, count));
          given.push({ taken, copy: [...taken] });
          model = model.slice(count);
          expect(queue).toHaveLength(model.length);
        }
        for (const { taken, copy } of given) {
          expect([...taken]).toEqual(copy);
        }
      }),
    );
  });

  test('does not write to octets that it was given', () => {
    const whole = new Uint8Array([1, 2, 3, 4]);
    const queue = new OctetQueue();
    queue.push(whole.subarray(0, 2));
    queue.push(Uint8Array.of(9));
    expect([...queue.take(9)]).toEqual([1, 2, 9]);
    expect([...whole]).toEqual([1, 2, 3, 4]);
  });

  test('copies octets that arrive one by one a bounded number of times', () => {
    const queue = new OctetQueue();
    const buffers = new Set<ArrayBufferLike>();
    for (let count = 0; count < 100_000; count += 1) {
      queue.push(Uint8Array.of(count & 0xff));
      buffers.add(queue.view(1).buffer);
    }
    expect(buffers.size).toBeLessThan(16);
    queue.clear();
    expect(queue).toHaveLength(0);
  });
});
