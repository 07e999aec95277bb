import { readFileSync } from 'node:fs';
import type { HeaderList, StatusLine } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { codeOf } from '../src/memory/coded-error.ts';
import { MemoryInput } from '../src/memory/memory-input.ts';
import { StrictStart } from '../src/memory/strict-start.ts';
import { toBytes } from '../src/wire/byte-string.ts';

interface Step {
  readonly do: 'start' | 'commit' | 'end';
  readonly arguments?: readonly [StatusLine, HeaderList, unknown?];
}

interface Vector {
  readonly name: string;
  readonly input: { readonly steps: readonly Step[] };
  readonly output?: { readonly steps: readonly object[] };
}

const VECTORS = new URL('../../spec/vectors/start-response.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(VECTORS, 'utf8')) as { cases: readonly Vector[] };
const MANNER = { refuseFirst: false, freeze: false };

function perform(start: StrictStart, step: Step): object {
  const args = step.arguments ?? (['200 OK', []] as const);
  try {
    if (step.do === 'start') start.call(...args);
    else if (step.do === 'commit') start.commit();
    else start.end();
    return { returns: true };
  } catch (thrown) {
    return args[2] !== undefined && thrown === args[2]
      ? { throws: thrown }
      : { code: codeOf(thrown) };
  }
}

describe('StrictStart', () => {
  test.each(cases)('agrees with the vector "$name"', ({ input, output }) => {
    const start = new StrictStart(MANNER);
    expect(input.steps.map((step) => perform(start, step))).toEqual(output?.steps);
  });

  test('freezes what it is given, where asked to', () => {
    const headers: [string, string][] = [['X-A', '1']];
    new StrictStart({ ...MANNER, freeze: true }).call('200 OK', headers);
    expect(() => headers.push(['X-B', '2'])).toThrow(TypeError);
    expect(Object.isFrozen(headers[0])).toBe(true);
  });
});

describe('MemoryInput', () => {
  const body = toBytes('0123456789');

  test('gives exactly what was asked for, and then nothing', () => {
    const { stream } = new MemoryInput(body, { chunk: 1 });
    expect([stream.read(0), stream.read(7), stream.read(7), stream.read(7)].map(String)).toEqual([
      '',
      '48,49,50,51,52,53,54',
      '55,56,57',
      '',
    ]);
  });

  test('is iterated in chunks of the size chosen', () => {
    const sizes = [...new MemoryInput(body, { chunk: 4 }).stream].map(({ length }) => length);
    expect(sizes).toEqual([4, 4, 2]);
  });

  test('fails again and again where it was cut short', async () => {
    const input = new MemoryInput(body, { chunk: 4, failsAfter: 8 });
    const iterator = input.asyncStream[Symbol.asyncIterator]();
    await iterator.next();
    await iterator.next();
    const codes = [iterator.next(), iterator.next()].map((next) => next.catch(codeOf));
    expect(await Promise.all(codes)).toEqual(['ERR_TSGI_INPUT_ABORTED', 'ERR_TSGI_INPUT_ABORTED']);
    expect(input.consumed).toBe(8);
  });

  test('locks one way of reading out by the other', () => {
    const input = new MemoryInput(body, { chunk: 4 });
    input.stream.read(1);
    expect(() => input.asyncStream[Symbol.asyncIterator]()).toThrow('read in another way');
  });
});
