// A correct middleware that consists of seams; a mutant replaces one of them. It stands for both
// profiles: what is asynchronous stays so, and what is not does not become so.
const EMPTY = new Uint8Array(0);

export const octets = (text) => new TextEncoder().encode(text);

export const declares = { headers: ['X-Reference'] };

const isThenable = (value) => typeof value?.then === 'function';

/** Every piece of the middleware, by the name under which the others call it. */
export const referenceSeams = {
  /** The environ for the inner application: a copy with entries of its own. */
  environ: (mw, environ) => {
    const inner = Object.assign(Object.create(null), environ);
    inner['reference.seen'] = true;
    inner['tsgi.input'] = mw.input(mw, environ);
    inner['tsgi.on_finish'] = mw.onFinish(mw, environ);
    if (environ['tsgi.signal'] !== undefined) inner['tsgi.signal'] = mw.signal(mw, environ);
    mw.raw(mw, inner);
    mw.mount(mw, inner);
    mw.asyncFlag(mw, inner);
    mw.remember(mw, environ);
    return inner;
  },
  input: (_mw, environ) => {
    const input = environ['tsgi.input'];
    return {
      read: (size) => (size === undefined ? input.read() : input.read(size)),
      [Symbol.iterator]: () => input[Symbol.iterator](),
    };
  },
  onFinish: (_mw, environ) => (callback) => environ['tsgi.on_finish'](callback),
  /** A signal of its own that follows the outer one. */
  signal: (_mw, environ) => {
    const outer = environ['tsgi.signal'];
    const controller = new AbortController();
    if (outer.aborted) controller.abort(outer.reason);
    else outer.addEventListener('abort', () => controller.abort(outer.reason));
    return controller.signal;
  },
  raw: () => undefined,
  mount: (_mw, inner) => {
    inner.SCRIPT_NAME += '';
  },
  asyncFlag: () => undefined,
  remember: (_mw, environ) => {
    const state = environ['tsgi.state'];
    if (state !== undefined) state['reference.count'] = 1;
  },
  /** What it does to the content. */
  filter: { keepsLength: true, chunk: (chunk) => (chunk.length === 0 ? EMPTY : chunk) },
  /** Adds a header, and takes Content-Length away where that will not be right. */
  headers: (mw, headers) => {
    const isRight = ([name]) => mw.filter.keepsLength || !/^content-length$/i.test(name);
    return [...headers.filter(isRight), ['X-Reference', 'yes']];
  },
  /** startResponse for the inner application. */
  start: (mw, call) => (status, headers, error) => {
    call.started = true;
    call.status = status;
    call.start(status, mw.headers(mw, headers, call), error);
  },
  /** Calls the inner application. */
  call: (_mw, call) => call.application(call.inner, call.innerStart),
  /** What the outer side gets for what the inner side gave. */
  result: (mw, result, call) =>
    isThenable(result) ? mw.later(mw, result, call) : mw.wrap(mw, result, call),
  later: async (mw, result, call) => mw.wrap(mw, await result, call),
  wrap: (mw, body, call) =>
    typeof body[Symbol.iterator] === 'function'
      ? mw.body(mw, body, call)
      : mw.asyncBody(mw, body, call),
  body: (mw, body, call) => ({
    [Symbol.iterator]: () => mw.iterate(mw, body, call),
    close: () => mw.close(mw, body, call),
    ...mw.region(mw, body),
  }),
  iterate: (mw, body, call) => {
    const iterator = body[Symbol.iterator]();
    return {
      next: () => {
        const step = mw.pull(mw, iterator, call);
        return step.done ? step : { done: false, value: mw.chunk(mw, step.value, call) };
      },
      return: () => mw.stop(mw, iterator, call),
    };
  },
  pull: (_mw, iterator) => iterator.next(),
  chunk: (mw, chunk) => mw.filter.chunk(chunk),
  stop: (_mw, iterator) => iterator.return?.() ?? { done: true, value: undefined },
  close: (_mw, body) => body.close?.(),
  region: () => ({}),
  asyncBody: (mw, body, call) => ({
    [Symbol.asyncIterator]: () => mw.asyncIterate(mw, body, call),
    close: () => mw.asyncClose(mw, body, call),
  }),
  asyncIterate: (mw, body, call) => {
    const iterator = body[Symbol.asyncIterator]();
    return {
      next: async () => {
        const step = await iterator.next();
        return step.done ? step : { done: false, value: mw.chunk(mw, step.value, call) };
      },
      return: async () => mw.asyncStop(mw, iterator),
    };
  },
  asyncStop: async (_mw, iterator) =>
    (await iterator.return?.()) ?? { done: true, value: undefined },
  asyncClose: async (_mw, body) => body.close?.(),
  /** The whole of it. */
  answer: (mw, call) => {
    call.inner = mw.environ(mw, call.environ);
    call.innerStart = mw.start(mw, call);
    return mw.result(mw, mw.call(mw, call), call);
  },
};

/** The middleware that these seams make. */
export function makeMiddleware(seams) {
  const mw = { ...seams };
  return (application) => (environ, start) => mw.answer(mw, { application, environ, start });
}
