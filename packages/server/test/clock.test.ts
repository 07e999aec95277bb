import { describe, expect, test } from 'vitest';
import { CLOCK_GRAIN, Clock } from '../src/clock.ts';
import { Deadlines } from '../src/transports/net-deadlines.ts';

describe('the clock of a server', () => {
  test('does not count time for which the thread was busy', async () => {
    const now = await new Promise<number>((resolve) => {
      const clock = new Clock(() => {
        clock.stop();
        resolve(clock.now);
      });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3 * CLOCK_GRAIN);
    });
    expect(now).toBe(CLOCK_GRAIN);
  });

  test('lets no time limit pass early, wherever between two ticks it begins', () => {
    const clock = new Clock(() => {});
    clock.stop();
    const deadlines = new Deadlines(clock);
    deadlines.enter('stalled', CLOCK_GRAIN - 1);
    deadlines.awaitBody(CLOCK_GRAIN - 1);
    deadlines.awaitRequest(CLOCK_GRAIN - 1);
    const passed = (now: number) => [
      deadlines.isOverdue(now),
      deadlines.isBodyOverdue(now),
      deadlines.isRequestOverdue(now),
    ];
    // the next tick may come at once
    expect(passed(clock.now + CLOCK_GRAIN)).toEqual([false, false, false]);
    expect(passed(clock.now + 2 * CLOCK_GRAIN)).toEqual([true, true, true]);
  });
});
