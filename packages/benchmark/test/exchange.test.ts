import { describe, expect, test } from 'vitest';
import { wholeLength } from '../src/exchange.ts';

const RESPONSE = 'HTTP/1.1 200 OK\r\nDate: x\r\nContent-Length: 14\r\n\r\nHello, world!\n';

describe('wholeLength', () => {
  test('is unknown until the last octet is there', () => {
    for (let length = 0; length < RESPONSE.length; length += 1) {
      expect(wholeLength(Buffer.from(RESPONSE.slice(0, length)))).toBeUndefined();
    }
    expect(wholeLength(Buffer.from(RESPONSE))).toBe(RESPONSE.length);
  });

  test('ends before the next response', () => {
    expect(wholeLength(Buffer.from(RESPONSE + RESPONSE))).toBe(RESPONSE.length);
  });

  test('takes the name of the field in any case', () => {
    const lower = RESPONSE.replace('Content-Length', 'content-length');
    expect(wholeLength(Buffer.from(lower))).toBe(RESPONSE.length);
  });
});
