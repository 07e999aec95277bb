import { describe, expect, test } from 'vitest';
import { ChunkWatch, hashChunk } from '../src/chunk-watch.ts';
import { octets } from './gateway.ts';

describe(ChunkWatch, () => {
  test('says which chunk changed, once', () => {
    const watch = new ChunkWatch();
    const chunks = ['a', 'b', 'c'].map(octets);
    for (const chunk of chunks) {
      watch.add(chunk);
    }
    expect(watch.takeChanged()).toBeUndefined();
    chunks[1]?.fill(0);
    expect(watch.takeChanged()).toBe(2);
    expect(watch.takeChanged()).toBeUndefined();
  });

  test('lets go of older chunks than it was told to keep', () => {
    const watch = new ChunkWatch(2);
    const chunks = ['a', 'b', 'c'].map(octets);
    for (const chunk of chunks) {
      watch.add(chunk);
    }
    chunks[0]?.fill(0);
    expect(watch.takeChanged()).toBeUndefined();
    chunks[1]?.fill(0);
    expect(watch.takeChanged()).toBe(2);
  });
});

describe(hashChunk, () => {
  test('takes a chunk without memory for an empty one', () => {
    const chunk = new Uint8Array([1, 2, 3]);
    structuredClone(chunk.buffer, { transfer: [chunk.buffer] });
    expect(hashChunk(chunk)).toBe(hashChunk(new Uint8Array(0)));
  });

  test('tells lengths, orders and values apart', () => {
    const texts = ['', '\0', '\0\0', 'a', 'b', 'ab', 'ba', 'abc', 'abd'];
    const hashes = texts.map((text) => hashChunk(octets(text)));
    expect(new Set(hashes).size).toBe(texts.length);
  });

  test.each([0, 1, 2, 3])('sees every octet of a chunk that begins at offset %i', (offset) => {
    const whole = new Uint8Array(24);
    for (const length of [0, 1, 2, 3, 4, 7, 8, 9, 10, 11, 12, 13]) {
      const chunk = whole.subarray(offset, offset + length);
      const before = hashChunk(chunk);
      const hashes = whole.map((_octet, position) => {
        whole[position] = 1;
        const changed = hashChunk(chunk) !== before;
        whole[position] = 0;
        return Number(changed);
      });
      const inside = whole.map((_octet, position) =>
        Number(position >= offset && position < offset + length),
      );
      expect(hashes).toEqual(inside);
    }
  });

  test('sees every octet of a long chunk', () => {
    const chunk = new Uint8Array(70_000);
    const before = hashChunk(chunk);
    const positions = [0, 1, 35_000, 69_998, 69_999];
    const changed = positions.map((position) => {
      chunk[position] = 1;
      const hash = hashChunk(chunk);
      chunk[position] = 0;
      return hash;
    });
    expect(changed).not.toContain(before);
    expect(new Set(changed).size).toBe(positions.length);
  });
});
