import { describe, expect, test } from 'vitest';
import { createTimeLimit, type Timers } from '../src/time-limit.ts';

/** Timers that run when the test says so. */
class HandTimers implements Timers<number> {
  readonly set: number[] = [];
  readonly cleared: number[] = [];
  fire: () => void = () => undefined;

  setTimeout(callback: () => void, milliseconds: number): number {
    this.fire = callback;
    return this.set.push(milliseconds);
  }

  clearTimeout(timer: number): void {
    this.cleared.push(timer);
  }
}

describe('createTimeLimit', () => {
  test('gives what the work gives, and clears the timer', async () => {
    const timers = new HandTimers();
    expect(await createTimeLimit(1500, timers)(Promise.resolve('done'))).toBe('done');
    expect(timers.set).toEqual([1500]);
    expect(timers.cleared).toEqual([1]);
  });

  test('rejects with what the work rejects with, and clears the timer', async () => {
    const timers = new HandTimers();
    const fault = new Error('no');
    await expect(createTimeLimit(1, timers)(Promise.reject(fault))).rejects.toBe(fault);
    expect(timers.cleared).toEqual([1]);
  });

  test('rejects at the limit with a message that names it', async () => {
    const timers = new HandTimers();
    const waiting = createTimeLimit(1500, timers)(new Promise(() => {}));
    timers.fire();
    await expect(waiting).rejects.toMatchObject({
      code: 'ERR_TSGI_CLEANUP_TIMEOUT',
      message: expect.stringContaining('more than 1500 ms'),
    });
  });

  test('leaves no rejection unhandled that comes after the limit', async () => {
    const timers = new HandTimers();
    let reject: (error: Error) => void = () => undefined;
    const work = new Promise((_resolve, refuse) => {
      reject = refuse;
    });
    const waiting = createTimeLimit(1, timers)(work);
    timers.fire();
    reject(new Error('late'));
    await expect(waiting).rejects.toMatchObject({ code: 'ERR_TSGI_CLEANUP_TIMEOUT' });
    await expect(work).rejects.toThrow('late');
  });

  test('takes any thenable, one that throws as well', async () => {
    const limit = createTimeLimit(1, new HandTimers());
    // oxlint-disable no-thenable
    const given = { then: (resolve: (value: string) => void) => resolve('given') };
    const broken = {
      then() {
        throw new Error('broken');
      },
    };
    // oxlint-enable no-thenable
    expect(await limit(given as PromiseLike<unknown>)).toBe('given');
    await expect(limit(broken as unknown as PromiseLike<unknown>)).rejects.toThrow('broken');
  });

  test('has a timer for each piece of work', async () => {
    const timers = new HandTimers();
    const limit = createTimeLimit(5, timers);
    await Promise.all([limit(Promise.resolve()), limit(Promise.resolve())]);
    expect(timers.cleared).toEqual([1, 2]);
  });

  test('takes the timers of a runtime', async () => {
    expect(await createTimeLimit(60_000, globalThis)(Promise.resolve(1))).toBe(1);
    await expect(createTimeLimit(1, globalThis)(new Promise(() => {}))).rejects.toMatchObject({
      code: 'ERR_TSGI_CLEANUP_TIMEOUT',
    });
  });
});
