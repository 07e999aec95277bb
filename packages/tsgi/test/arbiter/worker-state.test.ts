import { describe, expect, test } from 'vitest';
import {
  nextWorkerState,
  WORKER_STATES,
  WORKER_TRANSITIONS,
  type WorkerEvent,
} from '../../src/arbiter/worker-state.ts';

const EVENTS: readonly WorkerEvent[] = ['online', 'ready', 'drain', 'kill', 'exit'];

describe('nextWorkerState', () => {
  test('leads through the life of a worker', () => {
    const life = ['online', 'ready', 'drain', 'exit'] as const;
    const states = life.map((_, index) =>
      life.slice(0, index + 1).reduce(nextWorkerState, 'spawning' as const),
    );
    expect(states).toEqual(['booting', 'ready', 'draining', 'dead']);
  });

  test('changes nothing for an event that a state does not list', () => {
    for (const state of WORKER_STATES) {
      for (const event of EVENTS) {
        const next = WORKER_TRANSITIONS[state][event] ?? state;
        expect(nextWorkerState(state, event)).toBe(next);
      }
    }
  });

  test('comes to dead by the exit from every state, and never back', () => {
    for (const state of WORKER_STATES) {
      expect(nextWorkerState(state, 'exit')).toBe('dead');
    }
    expect(EVENTS.map((event) => nextWorkerState('dead', event))).toEqual(EVENTS.map(() => 'dead'));
  });

  test('never makes a worker ready that was told to end', () => {
    for (const state of ['draining', 'stopping', 'dead'] as const) {
      expect(nextWorkerState(state, 'ready')).toBe(state);
      expect(nextWorkerState(state, 'online')).toBe(state);
    }
  });
});
