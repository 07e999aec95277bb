import { describe, expect, test } from 'vitest';
import { judgeTrace } from '../src/suites/middleware/grammar.ts';
import type { Declares } from '../src/target/load-module.ts';

type Events = readonly (string | readonly [type: string, data: string | boolean])[];

function rulesOf(events: Events, declares: Declares = {}, asynchronous = false): string[] {
  const trace = events.map((event, index) => {
    const seq = index + 1;
    return typeof event === 'string'
      ? { seq, type: event }
      : { seq, type: event[0], data: event[1] };
  });
  return judgeTrace(trace, { declares, asynchronous }).map(({ rule }) => rule);
}

const BEGIN = ['outer call', 'inner call', 'inner start', 'outer start'] as const;
const PULL = ['outer pull', 'inner pull', 'inner chunk', 'outer chunk'] as const;
const END = ['outer pull', 'inner pull', 'inner end', 'outer end'] as const;

describe('judgeTrace', () => {
  test.each<readonly [string, Events]>([
    [
      'a response that is passed on',
      [...BEGIN, 'inner closable', ...PULL, ...PULL, ...END, 'outer close', 'inner close'],
    ],
    [
      'an outer chunk without an inner one',
      [...BEGIN, 'outer pull', 'outer chunk', ...PULL, ...END],
    ],
    ['an answer of its own', ['outer call', 'outer start', 'outer pull', 'outer end']],
    [
      'a client that leaves',
      [
        ...BEGIN,
        'inner closable',
        ['inner iterator', true],
        ...PULL,
        'outer client leaves',
        'outer return',
        'inner return',
        'outer close',
        'inner close',
      ],
    ],
  ])('takes %s', (_name, events) => {
    expect(rulesOf(events)).toEqual([]);
  });

  test.each<readonly [string, Events]>([
    ['MW-CALL-ONCE', ['outer call', 'inner call', 'inner call']],
    ['MW-LAZY', [...BEGIN, 'inner pull', 'inner chunk', 'outer pull']],
    ['MW-NOBLOCK', [...BEGIN, 'outer pull', 'inner chunk', 'inner chunk']],
    ['MW-SR-FORWARD', ['outer call', 'inner call', 'outer start', 'inner start']],
    ['MW-SR-ONCE', [...BEGIN, 'outer start']],
    ['MW-ERROR', [...BEGIN, ...PULL, 'outer commit', 'inner error accepted late']],
    ['MW-CLOSE', [...BEGIN, 'inner closable', ...END, 'outer close']],
    ['MW-CLOSE-ABORT', [...BEGIN, 'inner closable', 'outer client leaves']],
    ['MW-CLOSE-EARLY', [...BEGIN, 'inner close', 'outer pull', 'inner pull']],
    ['MW-BREAK', [...BEGIN, ['inner iterator', true], ...PULL, 'outer end']],
    ['MW-FINISH', ['inner registered']],
    ['MW-FINISH', ['inner registered', 'inner finish', 'inner finish']],
    ['FLUSH-MW', [...BEGIN, 'inner flush threw']],
    ['SIGNAL-MW', ['inner signalled', 'inner listening', 'outer client leaves']],
  ])('sees what breaks %s', (rule, events) => {
    expect(rulesOf(events)).toEqual([rule]);
  });

  test('lets a middleware do what it declares', () => {
    const twice: Events = ['outer call', 'inner call', 'inner call'];
    expect(rulesOf(twice, { retries: true })).toEqual([]);
    const early: Events = [...BEGIN, 'inner pull', 'inner chunk', 'inner pull', 'inner chunk'];
    expect(rulesOf(early, { buffers: true })).toEqual([]);
  });

  test('has another name for return() of an asynchronous body', () => {
    const events: Events = [...BEGIN, ['inner iterator', true], ...PULL, 'outer end'];
    expect(rulesOf(events, {}, true)).toEqual(['ASYNC-MW-RETURN']);
  });
});
