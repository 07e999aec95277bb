import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type PlannedWorker, planPool } from '../../src/arbiter/pool-plan.ts';
import {
  nextWorkerState,
  WORKER_STATES,
  type WorkerState,
} from '../../src/arbiter/worker-state.ts';

interface Model {
  state: WorkerState;
  stale: string | undefined;
}

const worker = (state: WorkerState, stale?: string): Model => ({ state, stale });

function count(workers: readonly PlannedWorker[], state: WorkerState): number {
  return workers.filter((one) => one.state === state).length;
}

describe('planPool', () => {
  test('starts all that are missing at once', () => {
    expect(planPool([], 3)).toEqual({ spawn: 3, drain: [], kill: [] });
    expect(planPool([worker('ready'), worker('booting')], 3).spawn).toBe(1);
  });

  test('starts one at a time in place of stale ones', () => {
    const stale = [worker('ready', 'reload'), worker('ready', 'reload')];
    expect(planPool(stale, 2)).toEqual({ spawn: 1, drain: [], kill: [] });
    expect(planPool([...stale, worker('booting')], 2)).toEqual({ spawn: 0, drain: [], kill: [] });
  });

  test('drains the oldest stale one when another is ready', () => {
    const [first, second] = [worker('ready', 'reload'), worker('ready', 'reload')];
    const plan = planPool([first, second, worker('ready')], 2);
    expect(plan).toEqual({ spawn: 1, drain: [first], kill: [] });
  });

  test('ends the youngest where there are too many, those first that do not serve yet', () => {
    const [old, young, booting] = [worker('ready'), worker('ready'), worker('booting')];
    expect(planPool([old, young, booting], 2)).toEqual({ spawn: 0, drain: [], kill: [booting] });
    expect(planPool([old, young], 1)).toEqual({ spawn: 0, drain: [young], kill: [] });
  });

  test('ends stale ones that do not serve yet', () => {
    const stale = worker('booting', 'reload');
    expect(planPool([worker('ready'), stale], 1).kill).toEqual([stale]);
  });

  test('never drains below the target, and always comes to rest there', () => {
    const model = fc.record({
      state: fc.constantFrom(...WORKER_STATES),
      stale: fc.constantFrom('reload', undefined),
    });
    const workers = fc.array(model, { maxLength: 8 });
    fc.assert(
      fc.property(workers, fc.integer({ min: 1, max: 5 }), (start, target) => {
        let all: Model[] = start;
        for (let round = 0; round < 60; round++) {
          all = step(all, target);
        }
        expect(all.map(({ state, stale }) => [state, stale])).toEqual(
          Array.from({ length: target }, () => ['ready', undefined]),
        );
      }),
    );
  });
});

// One round: what the plan says happens, then every worker that can goes one state on.
function step(before: readonly Model[], target: number): Model[] {
  const plan = planPool(before, target);
  const ready = count(before, 'ready');
  expect(ready - plan.drain.length).toBeGreaterThanOrEqual(Math.min(ready, target));
  const started = Array.from({ length: plan.spawn }, () => worker('spawning'));
  const told = before.map((one) => {
    const event = plan.drain.includes(one) ? 'drain' : plan.kill.includes(one) ? 'kill' : undefined;
    return event === undefined
      ? advance(one)
      : { ...one, state: nextWorkerState(one.state, event) };
  });
  return [...told, ...started].filter(({ state }) => state !== 'dead');
}

function advance({ state, stale }: Model): Model {
  const event = {
    spawning: 'online',
    booting: 'ready',
    draining: 'exit',
    stopping: 'exit',
  } as const;
  const next = event[state as keyof typeof event];
  return { stale, state: next === undefined ? state : nextWorkerState(state, next) };
}
