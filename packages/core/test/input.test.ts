import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bufferedAsyncInput, INPUT_HIGH_WATER, StreamedInput } from '../src/async-input.ts';
import { TsgiError } from '../src/errors.ts';
import {
  BufferedInput,
  memorySource,
  ownedSource,
  type ReaderLock,
  UNBUFFERED_INPUT,
} from '../src/input.ts';
import { octets, text } from './gateway-fixture.ts';

const unlocked = (): ReaderLock => ({ reader: undefined });
const input = (...chunks: string[]) =>
  new BufferedInput(memorySource(chunks.map(octets)), unlocked());

describe('ownedSource', () => {
  test('gives a chunk of memory of its own away where it is read whole', () => {
    const chunk = octets('abc').slice();
    expect(new BufferedInput(ownedSource([chunk]), unlocked()).read()).toBe(chunk);
  });

  test.each<[string, Uint8Array[]]>([
    ['several chunks', [octets('a').slice(), octets('bc').slice()]],
    ['a view of something larger', [octets('zabcz').slice().subarray(1, 4)]],
    ['a Buffer', [Buffer.from(octets('abc').slice().buffer)]],
  ])('copies %s', (_what, chunks) => {
    const read = new BufferedInput(ownedSource(chunks), unlocked()).read();
    expect(text([read])).toBe('abc');
    expect(read.buffer.byteLength).toBe(3);
    expect(chunks).not.toContain(read);
  });

  test('copies a part', () => {
    const chunk = octets('abc').slice();
    const body = new BufferedInput(ownedSource([chunk]), unlocked());
    body.read(1).fill(0);
    body.read().fill(0);
    expect(text([chunk])).toBe('abc');
  });
});

describe('BufferedInput', () => {
  test('reads exactly what is asked for, across chunks', () => {
    const body = input('ab', '', 'cde', 'f');
    expect(text([body.read(3)])).toBe('abc');
    expect(text([body.read(0)])).toBe('');
    expect(text([body.read(2)])).toBe('de');
    expect(text([body.read(9)])).toBe('f');
    expect(body.read(9)).toHaveLength(0);
    expect(body.read()).toHaveLength(0);
  });

  test('reads the rest without a size', () => {
    const body = input('ab', 'cd');
    body.read(1);
    expect(text([body.read()])).toBe('bcd');
  });

  test('gives the same octets however it is read', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 8 }),
        fc.array(fc.nat(12), { minLength: 1, maxLength: 12 }),
        (chunks, sizes) => {
          const body = new BufferedInput(memorySource(chunks), unlocked());
          const whole = Buffer.concat(chunks);
          const read = sizes.map((size) => body.read(size));
          expect(Buffer.concat([...read, body.read()])).toEqual(whole);
        },
      ),
    );
  });

  test('gives fresh arrays', () => {
    const source = octets('abc');
    const body = new BufferedInput(memorySource([source]), unlocked());
    body.read(3).fill(0);
    expect(text([source])).toBe('abc');
  });

  test('iterates in non-empty chunks', () => {
    expect([...input()]).toEqual([]);
    expect(text([...input('ab', 'c')])).toBe('abc');
  });

  test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, null, '1'])(
    'refuses the size %j',
    (size) => {
      expect(() => input('a').read(size as number)).toThrow(RangeError);
    },
  );
});

describe('UNBUFFERED_INPUT', () => {
  test('cannot be read', () => {
    const fault = expect.objectContaining({ code: 'ERR_TSGI_INPUT_UNBUFFERED' });
    expect(() => UNBUFFERED_INPUT.read(1)).toThrow(fault);
    expect(() => [...UNBUFFERED_INPUT]).toThrow(fault);
    expect(() => UNBUFFERED_INPUT.read(-1)).toThrow(RangeError);
  });
});

describe('bufferedAsyncInput', () => {
  test('locks the synchronous reader out, and the other way round', async () => {
    const source = memorySource([octets('abc')]);
    const lock = unlocked();
    const sync = new BufferedInput(source, lock);
    const chunks: Uint8Array[] = [];
    for await (const chunk of bufferedAsyncInput(source, lock)) {
      chunks.push(chunk);
    }
    expect(text(chunks)).toBe('abc');
    expect(() => sync.read(1)).toThrow(expect.objectContaining({ code: 'ERR_TSGI_INPUT_LOCKED' }));

    const second = unlocked();
    new BufferedInput(source, second).read(1);
    expect(() => bufferedAsyncInput(source, second)[Symbol.asyncIterator]()).toThrow(
      expect.objectContaining({ code: 'ERR_TSGI_INPUT_LOCKED' }),
    );
  });
});

describe('StreamedInput', () => {
  function stream() {
    const pulls: number[] = [];
    const body = new StreamedInput({ pull: () => void pulls.push(1) }, unlocked());
    return { body, pulls };
  }

  test('asks for octets only when a reader waits', async () => {
    const { body, pulls } = stream();
    body.push(octets('ab'));
    const iterator = body[Symbol.asyncIterator]();
    expect(text([(await iterator.next()).value as Uint8Array])).toBe('ab');
    expect(pulls).toHaveLength(0);
    const waiting = iterator.next();
    expect(pulls).toHaveLength(1);
    body.push(octets('c'));
    expect(text([(await waiting).value as Uint8Array])).toBe('c');
    const last = iterator.next();
    body.end();
    expect(await last).toEqual({ done: true, value: undefined });
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  test('asks the transport to hold above the high-water mark', () => {
    const { body } = stream();
    expect(body.push(new Uint8Array(INPUT_HIGH_WATER - 1))).toBe(true);
    expect(body.push(new Uint8Array(1))).toBe(false);
  });

  test('asks it to hold when many small chunks wait', () => {
    const { body } = stream();
    const asked = Array.from({ length: 2000 }, () => body.push(octets('a')));
    expect(asked.indexOf(false)).toBeLessThan(1100);
    expect(asked.at(-1)).toBe(false);
  });

  test('never lets a truncated body look like the end', async () => {
    const { body } = stream();
    const iterator = body[Symbol.asyncIterator]();
    body.push(octets('ab'));
    body.fail(new TsgiError('ERR_TSGI_INPUT_ABORTED'));
    const aborted = { code: 'ERR_TSGI_INPUT_ABORTED' };
    await expect(iterator.next()).rejects.toMatchObject(aborted);
    await expect(iterator.next()).rejects.toMatchObject(aborted);
  });

  test('has one consumer', async () => {
    const { body } = stream();
    const iterator = body[Symbol.asyncIterator]();
    expect(() => body[Symbol.asyncIterator]()).toThrow(
      expect.objectContaining({ code: 'ERR_TSGI_INPUT_LOCKED' }),
    );
    expect(await iterator.return?.()).toEqual({ done: true, value: undefined });
  });

  test('answers reads that overlap in the order in which they were made', async () => {
    const { body } = stream();
    const iterator = body[Symbol.asyncIterator]();
    const steps = [iterator.next(), iterator.next(), iterator.next()];
    body.push(octets('a'));
    body.push(octets('b'));
    body.end();
    const [first, second, third] = await Promise.all(steps);
    expect(text([first?.value, second?.value] as Uint8Array[])).toBe('ab');
    expect(third).toEqual({ done: true, value: undefined });
  });

  test('gives what has arrived when the response has ended, and then waits for nothing', async () => {
    const { body } = stream();
    const iterator = body[Symbol.asyncIterator]();
    const waiting = iterator.next();
    body.push(octets('a'));
    await waiting;
    body.push(octets('b'));
    body.release();
    expect(body.push(octets('c'))).toBe(false);
    expect(text([(await iterator.next()).value as Uint8Array])).toBe('b');
    const aborted = { code: 'ERR_TSGI_INPUT_ABORTED' };
    await expect(iterator.next()).rejects.toMatchObject(aborted);
  });

  test('lets a reader go that waits when the response ends', async () => {
    const { body } = stream();
    const waiting = body[Symbol.asyncIterator]().next();
    body.release();
    await expect(waiting).rejects.toMatchObject({ code: 'ERR_TSGI_INPUT_ABORTED' });
  });

  test('drops what arrives after the consumer has stopped, and asks to hold', async () => {
    const { body } = stream();
    const iterator = body[Symbol.asyncIterator]();
    await iterator.return?.();
    expect(body.push(octets('a'))).toBe(false);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });
});
