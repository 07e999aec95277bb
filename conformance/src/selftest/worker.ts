import type { Answer, Assignment } from './assignment.ts';
import { perform } from './perform.ts';

/** A numbered assignment on its way to a worker process. */
export interface Order {
  readonly number: number;
  readonly assignment: Assignment;
}

/** The answer on its way back. */
export interface Delivery {
  readonly number: number;
  readonly answer: Answer;
}

/** Serves assignments that arrive as messages, until the parent process goes. */
export function serveAssignments(): void {
  process.on('message', (order: Order) => {
    void answer(order);
  });
  process.on('disconnect', () => process.exit());
}

async function answer({ number, assignment }: Order): Promise<void> {
  process.send?.({ number, answer: await tryPerform(assignment) } satisfies Delivery);
}

async function tryPerform(assignment: Assignment): Promise<Answer> {
  try {
    return await perform(assignment);
  } catch (error) {
    const fault = error instanceof Error ? error.message : String(error);
    return { results: [], fault, reached: [] };
  }
}
