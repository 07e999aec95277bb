import { octets } from './reference.mjs';

const EMPTY = new Uint8Array(0);

/** Everything that a body gives; where that fails, nobody else can close it. */
function takeAll(body) {
  try {
    return [...body];
  } catch (error) {
    body.close?.();
    throw error;
  }
}

const double = (chunk) => join([chunk, chunk]);

const join = (chunks) => Buffer.concat([...chunks]);

/** Middleware that differs from the reference in ways that every rule allows. */
export const middlewareVariants = [
  {
    id: 'L18',
    defect: 'none: returns the inner body unchanged',
    seam: 'wrap',
    make: () => (_mw, body) => body,
  },
  {
    id: 'LM1',
    defect: 'none: yields an empty chunk before everything else',
    seam: 'iterate',
    make: (original) => (mw, body, call) => {
      const iterator = original(mw, body, call);
      let isFirst = true;
      return {
        next: () => {
          if (!isFirst) return iterator.next();
          isFirst = false;
          return { done: false, value: EMPTY };
        },
        return: () => iterator.return(),
      };
    },
  },
  {
    id: 'LM2',
    defect: 'none: buffers, as it declares',
    seam: 'body',
    make: (original) => (mw, body, call) => {
      const whole = takeAll(body);
      return original(
        mw,
        { [Symbol.iterator]: () => whole.values(), close: () => body.close?.() },
        call,
      );
    },
    declares: { headers: ['X-Reference'], buffers: true },
  },
  {
    id: 'LM3',
    defect: 'none: answers errors with an error page',
    seam: 'call',
    make: (original) => (mw, call) => {
      try {
        return original(mw, call);
      } catch (error) {
        call.start('500 Internal Server Error', [], error);
        return [octets('an error page')];
      }
    },
  },
  {
    id: 'LM4',
    defect: 'none: answers HEAD by itself, as it declares',
    seam: 'answer',
    make: (original) => (mw, call) => {
      if (call.environ.REQUEST_METHOD !== 'HEAD') return original(mw, call);
      call.start('405 Method Not Allowed', [['Allow', 'GET']]);
      return [];
    },
    declares: { headers: ['X-Reference'], mayShortCircuit: true },
  },
  {
    id: 'LM5',
    defect: 'none: sets tsgi.async to false, since it knows nothing of asynchronous results',
    seam: 'asyncFlag',
    make: () => (_mw, inner) => {
      inner['tsgi.async'] = false;
    },
  },
  {
    id: 'LM6',
    defect: 'none: doubles the content and removes Content-Length, as it declares',
    seam: 'filter',
    make: () => ({ keepsLength: false, chunk: double }),
    declares: { headers: ['X-Reference'], transformsBody: true },
  },
  {
    id: 'LM7',
    defect: 'none: moves a prefix to SCRIPT_NAME',
    seam: 'mount',
    make: () => (_mw, inner) => {
      inner.SCRIPT_NAME += '/probe';
      inner.PATH_INFO = inner.PATH_INFO.slice('/probe'.length);
    },
  },
  {
    id: 'LM8',
    defect: 'none: returns a promise, whatever the application returns',
    seam: 'result',
    make: (original) => async (mw, result, call) => original(mw, await result, call),
    profile: 'async',
  },
  {
    id: 'LM9',
    defect: 'none: sorts headers by name',
    seam: 'headers',
    make: (original) => (mw, headers, call) =>
      original(mw, headers, call).toSorted(([a], [b]) => (a < b ? -1 : Number(a > b))),
  },
  {
    id: 'LM10',
    defect: 'none: refuses long request bodies',
    seam: 'answer',
    make: (original) => (mw, call) => {
      if (Number(call.environ.CONTENT_LENGTH ?? 0) <= 1000) return original(mw, call);
      call.start('413 Content Too Large', []);
      return [];
    },
  },
  {
    id: 'LM11',
    defect: 'none: answers with a Proxy of the inner body',
    seam: 'wrap',
    make: () => (_mw, body) =>
      new Proxy(body, {
        get: (target, key) => {
          const value = Reflect.get(target, key);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      }),
  },
  {
    id: 'LM12',
    defect: 'none: closes an asynchronous body behind one that is synchronous',
    seam: 'asyncBody',
    make: (original) => (mw, body, call) =>
      call.started
        ? {
            [Symbol.iterator]: () => [][Symbol.iterator](),
            close: () => mw.asyncClose(mw, body, call),
          }
        : original(mw, body, call),
    profile: 'async',
    declares: { headers: ['X-Reference'], transformsBody: true },
  },
];
