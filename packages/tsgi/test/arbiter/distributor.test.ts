import { describe, expect, test } from 'vitest';
import { Distributor, type Offer } from '../../src/arbiter/distributor.ts';

class Handle {
  readonly name: string;
  closed = false;

  constructor(name: string) {
    this.name = name;
  }

  close(): void {
    this.closed = true;
  }
}

class Worker {
  readonly got: string[] = [];
  reachable = true;

  send({ handle }: Offer<Handle>): boolean {
    if (this.reachable) {
      this.got.push(handle.name);
    }
    return this.reachable;
  }
}

interface Scene {
  readonly distributor: Distributor<Handle>;
  readonly workers: readonly [Worker, Worker];
  readonly take: (name: string) => Handle;
}

function scene(): Scene {
  const distributor = new Distributor<Handle>();
  const workers = [new Worker(), new Worker()] as const;
  workers.forEach((worker) => distributor.add(worker));
  const take = (name: string): Handle => {
    const handle = new Handle(name);
    distributor.take({ listener: 0, handle });
    return handle;
  };
  return { distributor, workers, take };
}

describe('Distributor', () => {
  test('gives a worker no more than one connection before it answers', () => {
    const { distributor, workers, take } = scene();
    ['a', 'b', 'c', 'd'].forEach(take);
    expect(workers.map(({ got }) => got)).toEqual([['a'], ['b']]);
    expect(distributor.waiting).toBe(4);
    distributor.settle(workers[1], true, 1);
    expect(workers[1].got).toEqual(['b', 'c']);
    expect(distributor.waiting).toBe(3);
    expect(distributor.taken).toBe(4);
  });

  test('prefers the worker that holds the fewest, and takes turns among equals', () => {
    const { distributor, workers, take } = scene();
    for (const name of ['a', 'b', 'c', 'd']) {
      take(name);
      const [first, second] = workers;
      const taker = first.got.at(-1) === name ? first : second;
      distributor.settle(taker, true, taker.got.length);
    }
    expect(workers.map(({ got }) => got)).toEqual([
      ['a', 'c'],
      ['b', 'd'],
    ]);
    distributor.count(workers[1], 0);
    take('e');
    expect(workers[1].got).toContain('e');
  });

  test('closes its own copy when a worker has taken the connection, and not before', () => {
    const { distributor, workers, take } = scene();
    const handle = take('a');
    expect(handle.closed).toBe(false);
    distributor.settle(workers[0], true, 1);
    expect(handle.closed).toBe(true);
  });

  test('gives what a worker has refused to another one, and that worker nothing more', () => {
    const { distributor, workers, take } = scene();
    const handle = take('a');
    distributor.settle(workers[0], false, 0);
    expect(workers[1].got).toEqual(['a']);
    expect(handle.closed).toBe(false);
    distributor.settle(workers[1], true, 1);
    take('b');
    expect(workers[0].got).toEqual(['a']);
    expect(workers[1].got).toEqual(['a', 'b']);
  });

  test('gives what a dead worker has not answered for to another one, before what waits', () => {
    const { distributor, workers, take } = scene();
    ['a', 'b', 'c'].forEach(take);
    distributor.lose(workers[0]);
    distributor.settle(workers[1], true, 1);
    expect(workers[1].got).toEqual(['b', 'a']);
    distributor.settle(workers[1], true, 2);
    expect(workers[1].got).toEqual(['b', 'a', 'c']);
  });

  test('keeps connections until there is a worker', () => {
    const { distributor, workers, take } = scene();
    workers.forEach((worker) => distributor.retire(worker));
    take('a');
    expect(workers.flatMap(({ got }) => got)).toEqual([]);
    const fresh = new Worker();
    distributor.add(fresh);
    expect(fresh.got).toEqual(['a']);
  });

  test('passes over a worker that cannot be reached', () => {
    const { distributor, workers, take } = scene();
    workers[0].reachable = false;
    take('a');
    expect(workers[1].got).toEqual(['a']);
    expect(distributor.waiting).toBe(1);
  });

  test('takes no answer that it has not asked for', () => {
    const { distributor, workers, take } = scene();
    distributor.settle(workers[0], true, 5);
    distributor.settle(new Worker(), false, 0);
    take('a');
    expect(workers[0].got).toEqual(['a']);
  });

  test('closes what waits when nobody is left', () => {
    const { distributor, workers, take } = scene();
    workers.forEach((worker) => distributor.lose(worker));
    const handle = take('a');
    distributor.abandon();
    expect(handle.closed).toBe(true);
    expect(distributor.waiting).toBe(0);
  });
});
