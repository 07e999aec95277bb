import { octets } from './reference.mjs';

/** The bodies that are open, and those that will stay so. */
const held = new Set();
const lost = new WeakSet();

async function* yieldText() {
  yield 'first';
}

/** Asynchronous applications with one defect each. */
export const asyncApplicationMutants = [
  {
    id: 'AA01',
    defect: 'answers asynchronously where tsgi.async is false',
    seam: 'dispatch',
    make: () => (app, environ, startResponse) => {
      if (environ.PATH_INFO === '/echo') return app.refuse(app, environ, startResponse);
      startResponse('200 OK', [['Content-Type', 'text/plain']]);
      return app.body(app, [octets('first '), octets('second')]);
    },
  },
  {
    id: 'AA02',
    defect: 'answers 200 with an apology where tsgi.async is false',
    seam: 'refuse',
    make: () => (_app, _environ, startResponse) => {
      startResponse('200 OK', [['Content-Type', 'text/plain']]);
      return [octets('[object Promise]')];
    },
  },
  {
    id: 'AA03',
    defect: 'asks for two chunks of the request body at once',
    seam: 'readAll',
    make: () => async (_app, environ) => {
      const input = environ['tsgi.async_input'][Symbol.asyncIterator]();
      const parts = [];
      for (;;) {
        const steps = await Promise.all([input.next(), input.next()]);
        for (const { value } of steps) if (value !== undefined) parts.push(value);
        if (steps.some(({ done }) => done)) return Buffer.concat(parts);
      }
    },
  },
  {
    id: 'AA04',
    defect: 'does not take return() while a next() is unsettled',
    seam: 'iterate',
    make: (original) => (app, chunks) => {
      const iterator = original(app, chunks);
      let pending = false;
      return {
        next: async () => {
          pending = true;
          try {
            return await iterator.next();
          } finally {
            pending = false;
          }
        },
        return: async () => {
          if (pending) throw new Error('busy');
          return iterator.return();
        },
      };
    },
  },
  {
    id: 'AA04-holds',
    defect: 'does not release what it holds where it is given up while it waits',
    seam: 'body',
    openResources: () => held.size,
    make: (original) => (app, chunks) => {
      const body = original(app, chunks);
      held.add(body);
      let waits = false;
      return {
        [Symbol.asyncIterator]: () => {
          const iterator = body[Symbol.asyncIterator]();
          const next = async () => {
            waits = true;
            const step = await iterator.next();
            waits = false;
            return step;
          };
          const stop = async () => {
            if (waits) lost.add(body);
            return iterator.return();
          };
          return { next, return: stop };
        },
        close: async () => {
          if (!lost.has(body)) held.delete(body);
        },
      };
    },
  },
  {
    id: 'AA05',
    defect: 'throws from a listener of tsgi.signal',
    seam: 'watch',
    make: () => (_app, environ) => {
      if (environ['tsgi.signal'].aborted) return;
      environ['tsgi.signal'].addEventListener('abort', () => {
        throw new Error('what now?');
      });
    },
  },
  {
    id: 'AA06',
    defect: 'yields strings asynchronously',
    seam: 'iterate',
    make: () => yieldText,
  },
  {
    id: 'AA07',
    defect: 'is asynchronous without a word of it',
    declared: undefined,
    seam: 'dispatch',
    make: () => (app, environ, startResponse) => app.answer(app, environ, startResponse),
  },
  {
    id: 'AA07-honours',
    defect: 'answers 500 where tsgi.async is false, and declares no profile',
    declared: undefined,
    seam: 'refuse',
    make: (original) => original,
  },
  {
    id: 'AA08',
    defect: 'declares a profile that does not exist',
    declared: 'deno',
    seam: 'refuse',
    make: (original) => original,
  },
];
