import { availableParallelism, loadavg } from 'node:os';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { MAX_SLOWNESS, measureSlowness, PatientTimer } from '../src/engine/patient-timer.ts';

vi.mock('node:os', () => ({ availableParallelism: vi.fn(() => 2), loadavg: vi.fn(() => [0]) }));

/** Lets fake time pass, and what is due with it. */
async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  for (let turn = 0; turn < 100; turn += 1) await new Promise(setImmediate);
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
  vi.mocked(loadavg).mockReturnValue([0]);
});

describe(measureSlowness, () => {
  test.each([
    [0, 1],
    [2, 1],
    [8, 2],
    [1000, MAX_SLOWNESS],
  ])('makes a load of %i on two processors a factor of %i', (load, factor) => {
    vi.mocked(loadavg).mockReturnValueOnce([load]);
    expect(measureSlowness()).toBe(factor);
  });

  test('looks at every processor there is', () => {
    vi.mocked(loadavg).mockReturnValueOnce([36]);
    vi.mocked(availableParallelism).mockReturnValueOnce(4);
    expect(measureSlowness()).toBe(3);
  });
});

describe(PatientTimer, () => {
  test('ends when its time is over', async () => {
    const onEnd = vi.fn();
    const timer = new PatientTimer(1000, onEnd);
    await pass(999);
    expect(onEnd).not.toHaveBeenCalled();
    await pass(2);
    timer.clear();
    expect(onEnd).toHaveBeenCalledOnce();
  });

  test('gives the time again on a machine that has too much to do', async () => {
    vi.mocked(loadavg).mockReturnValue([32]);
    const onEnd = vi.fn();
    const timer = new PatientTimer(1000, onEnd);
    await pass(3990);
    expect(onEnd).not.toHaveBeenCalled();
    await pass(20);
    timer.clear();
    expect(onEnd).toHaveBeenCalledOnce();
  });

  test('says nothing once it is cleared', async () => {
    const onEnd = vi.fn();
    const timer = new PatientTimer(1000, onEnd);
    timer.clear();
    await pass(5000);
    expect(onEnd).not.toHaveBeenCalled();
  });
});
