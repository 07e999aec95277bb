import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeLatin1, ReceiveBuffer } from '../../src/http1/receive-buffer.ts';
import { latin1, octets } from './notation.ts';

describe('decodeLatin1', () => {
  test('gives one code unit for each octet, up to 0xFF', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(300), fc.nat(300), (data, a, b) => {
        const start = Math.min(a, b, data.length);
        const end = Math.min(Math.max(a, b), data.length);
        expect(decodeLatin1(data, start, end)).toBe(latin1(data.subarray(start, end)));
      }),
    );
  });

  test('decodes more than what fits into the arguments of one call', () => {
    const data = new Uint8Array(1_000_000).fill(0xe9);
    expect(decodeLatin1(data, 1, 1_000_000)).toBe('\xe9'.repeat(999_999));
  });
});

describe('ReceiveBuffer', () => {
  test('gives out what came whole without a copy', () => {
    const buffer = new ReceiveBuffer(decodeLatin1);
    const data = octets('hello');
    buffer.push(data);
    expect(buffer.takeData(5)).toBe(data);
    expect(buffer.length).toBe(0);
  });

  test('never writes to what it has given out, nor to what it was given', () => {
    const buffer = new ReceiveBuffer(decodeLatin1);
    const given: [Uint8Array, string][] = [];
    let expected = '';
    for (let turn = 0; turn < 200; turn += 1) {
      const text = String.fromCharCode(97 + (turn % 26)).repeat(1 + ((turn * 7) % 11));
      const data = octets(text);
      given.push([data, text]);
      buffer.push(data);
      const taken = buffer.takeData(1 + ((turn * 5) % 9)) as Uint8Array;
      given.push([taken, latin1(taken)]);
      expected += latin1(taken);
    }
    for (const [data, text] of given) {
      expect(latin1(data)).toBe(text);
    }
    expect(expected.startsWith('abbbbbbbb')).toBe(true);
  });

  test('holds an array no longer than a few times what is not read', () => {
    let longest = 0;
    const buffer = new ReceiveBuffer((data, start, end) => {
      longest = Math.max(longest, data.byteLength);
      return decodeLatin1(data, start, end);
    });
    buffer.push(octets('x'));
    for (let turn = 0; turn < 10_000; turn += 1) {
      buffer.push(octets('y\r\nz'));
      expect(buffer.takeLine(10, 'ERR_HTTP1_FIELD')).toHaveLength(2);
    }
    expect(longest).toBe(256);
  });
});
