import { setImmediate as nextTurn } from 'node:timers/promises';
import v8 from 'node:v8';
import vm from 'node:vm';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeLatin1, ReceiveBuffer } from '../../src/http1/receive-buffer.ts';
import { latin1, octets } from './notation.ts';

v8.setFlagsFromString('--expose-gc');
const collectGarbage = vm.runInNewContext('gc') as () => void;

/** Octets of a body and of a head that a buffer has held. */
function pushAndTake(buffer: ReceiveBuffer): WeakRef<Uint8Array>[] {
  const body = new Uint8Array(1000);
  buffer.push(body);
  buffer.takeData(1000);
  const head = octets('A: b\r\n\r\n');
  buffer.push(head);
  buffer.takeHead(1000);
  return [new WeakRef(body), new WeakRef(head)];
}

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

  test('copies what is lent, given out or not, and nothing of what was read', () => {
    const buffer = new ReceiveBuffer(decodeLatin1);
    const memory = octets('ab\r\ncdefgh--');
    buffer.lend(memory, 10);
    expect(buffer.takeLine(10, 'ERR_HTTP1_FIELD')).toBe('ab');
    const taken = buffer.takeData(2) as Uint8Array;
    buffer.keep();
    memory.fill(0x2a);
    expect(latin1(taken)).toBe('cd');
    expect(buffer.length).toBe(4);
    buffer.lend(octets('ij**'), 2);
    expect(latin1(buffer.takeData(10) as Uint8Array)).toBe('efghij');
    expect(latin1(memory)).toBe('*'.repeat(12));
  });

  test('lets go of what it has given out', async () => {
    const buffer = new ReceiveBuffer(decodeLatin1);
    const given = pushAndTake(buffer);
    // a weak reference holds its target until the turn in which it was made is over
    await nextTurn();
    collectGarbage();
    expect(given.map((data) => data.deref())).toEqual([undefined, undefined]);
    expect(buffer.length).toBe(0);
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

  test.each<[string, string, string]>([
    ['a line that is too long', 'abcdefgh', 'got "abcde"'],
    ['a bare LF', 'ab\ncd', 'got "ab\\n"'],
    ['a bare LF in a later line', 'a\r\nb\n', 'got "a\\r\\nb\\n"'],
  ])('shows what it has of %s', (_what, text, message) => {
    const buffer = new ReceiveBuffer(decodeLatin1);
    buffer.push(octets(`x${text}`));
    buffer.takeData(1);
    expect(() => buffer.takeLines(5, 'ERR_HTTP1_FIELD')).toThrow(message);
  });
});
