import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answer, Assignment } from './assignment.ts';
import type { Delivery, Order } from './worker.ts';

const ENTRY = fileURLToPath(new URL('../../bin/selftest-worker.mjs', import.meta.url));

/** How many processes there are, and how many assignments each has at a time. */
export interface CrewSize {
  readonly processes: number;
  readonly each: number;
}

/** Worker processes that share the assignments of the self-test. */
export class Crew {
  readonly #members: readonly Member[];
  readonly #idle: Member[];
  readonly #waiting: ((member: Member) => void)[] = [];

  constructor({ processes, each }: CrewSize) {
    this.#members = Array.from({ length: processes }, () => new Member());
    this.#idle = Array.from({ length: each }, () => this.#members).flat();
  }

  /** Performs an assignment in whichever process is free first. */
  async perform(assignment: Assignment): Promise<Answer> {
    const member = await this.#take();
    try {
      return await member.perform(assignment);
    } finally {
      this.#giveBack(member);
    }
  }

  /** Ends all processes. */
  dismiss(): void {
    for (const member of this.#members) member.dismiss();
  }

  async #take(): Promise<Member> {
    const free = this.#idle.shift();
    if (free !== undefined) return free;
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  #giveBack(member: Member): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(member);
    else next(member);
  }
}

class Member {
  readonly #child: ChildProcess = fork(ENTRY, [], { serialization: 'advanced' });
  readonly #pending = new Map<number, (answer: Answer) => void>();
  #orders = 0;

  constructor() {
    this.#child.on('message', ({ number, answer }: Delivery) => {
      this.#pending.get(number)?.(answer);
      this.#pending.delete(number);
    });
    this.#child.on('exit', (code, signal) => {
      const fault = `the process of the self-test has ended: ${signal ?? String(code)}`;
      for (const settle of this.#pending.values()) settle({ results: [], fault, reached: [] });
      this.#pending.clear();
    });
  }

  async perform(assignment: Assignment): Promise<Answer> {
    const number = (this.#orders += 1);
    if (!this.#child.connected) {
      return { results: [], fault: 'the process of the self-test has ended', reached: [] };
    }
    return new Promise((resolve) => {
      this.#pending.set(number, resolve);
      this.#child.send({ number, assignment } satisfies Order);
    });
  }

  dismiss(): void {
    this.#child.removeAllListeners('exit');
    if (this.#child.connected) this.#child.disconnect();
  }
}
