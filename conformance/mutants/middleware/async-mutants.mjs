const DONE = { done: true, value: undefined };

const join = (chunks) => Buffer.concat([...chunks]);

/** Middleware of the asynchronous profile with one defect each. */
export const asyncMiddlewareMutants = [
  {
    id: 'MA1',
    defect: 'does not pass return() on to an asynchronous iterator',
    seam: 'asyncStop',
    make: () => async () => DONE,
  },
  {
    id: 'MA2',
    defect: 'does not wait for close() of an asynchronous body',
    seam: 'asyncClose',
    make: () => async (_mw, body) => {
      void body.close?.();
    },
  },
  {
    id: 'MA3',
    defect: 'does not close an asynchronous body',
    seam: 'asyncClose',
    make: () => async () => undefined,
  },
  {
    id: 'MA4',
    defect: 'takes everything of an asynchronous body at the first pull',
    seam: 'asyncIterate',
    make: () => (_mw, body) =>
      (async function* whole() {
        const parts = [];
        for await (const part of body) parts.push(part);
        yield join(parts);
      })(),
  },
  {
    id: 'MA5',
    defect: 'knows no thenable but a promise',
    seam: 'result',
    make: () => (mw, result, call) =>
      result instanceof Promise ? mw.later(mw, result, call) : mw.wrap(mw, result, call),
  },
];
