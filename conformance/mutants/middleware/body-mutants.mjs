import { octets } from './reference.mjs';

const DONE = { done: true, value: undefined };
const shared = { busy: false, query: '' };

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

/** Middleware that does to a body what it must not. */
export const bodyMutants = [
  {
    id: 'M01',
    defect: 'takes everything before it returns',
    seam: 'body',
    make: (original) => (mw, body, call) => {
      const whole = takeAll(body);
      return original(
        mw,
        { [Symbol.iterator]: () => whole.values(), close: () => body.close?.() },
        call,
      );
    },
  },
  {
    id: 'M02',
    defect: 'waits for a second chunk before it gives the first',
    seam: 'pull',
    make: () => (_mw, iterator, call) => {
      const parts = [];
      for (let step = iterator.next(); !step.done; step = iterator.next()) parts.push(step.value);
      if (parts.length === 0 || call.over) return DONE;
      call.over = true;
      return { done: false, value: join(parts) };
    },
  },
  {
    id: 'M03',
    defect: 'does not close the inner body',
    seam: 'close',
    make: () => () => undefined,
  },
  {
    id: 'M04',
    defect: 'closes the inner body twice',
    seam: 'close',
    make: (original) => (mw, body, call) => {
      original(mw, body, call);
      original(mw, body, call);
    },
  },
  {
    id: 'M05',
    defect: 'closes the inner body before it is at its end',
    seam: 'iterate',
    make: (original) => (mw, body, call) => {
      const iterator = original(mw, body, call);
      call.closed = true;
      body.close?.();
      return iterator;
    },
  },
  {
    id: 'M07',
    defect: 'closes the inner body only when it came to its end',
    seam: 'body',
    make: (original) => (mw, body, call) => {
      let isOver = false;
      const watched = {
        [Symbol.iterator]: () => {
          const iterator = body[Symbol.iterator]();
          const next = () => {
            const step = iterator.next();
            isOver ||= step.done;
            return step;
          };
          return { next, return: () => iterator.return?.() ?? DONE };
        },
        close: () => {
          if (isOver) body.close?.();
        },
      };
      return original(mw, watched, call);
    },
  },
  {
    id: 'M14',
    defect: 'doubles the content and leaves Content-Length as it was',
    seam: 'filter',
    make: () => ({ keepsLength: true, chunk: double }),
    declares: { headers: ['X-Reference'], transformsBody: true },
  },
  {
    id: 'M15',
    defect: 'changes the content without a word of it',
    seam: 'chunk',
    make: () => (_mw, chunk) => chunk.map((octet) => octet ^ 0x20),
  },
  {
    id: 'M23',
    defect: 'keeps the iterator in a variable that all requests share',
    seam: 'iterate',
    make: (original) => {
      let current;
      return (mw, body, call) => {
        current = original(mw, body, call);
        return { next: () => current.next(), return: () => current.return() };
      };
    },
  },
  {
    id: 'M24-body',
    defect: 'ends a broken body as if it were whole',
    seam: 'pull',
    make: (original) => (mw, iterator, call) => {
      try {
        return original(mw, iterator, call);
      } catch {
        return DONE;
      }
    },
  },
  {
    id: 'M26',
    defect: 'adds a footer to every page, 204 and 304 included',
    seam: 'iterate',
    make: (original) => (mw, body, call) => {
      const iterator = original(mw, body, call);
      let added = false;
      return {
        next: () => {
          const step = iterator.next();
          if (!step.done || added) return step;
          added = true;
          return { done: false, value: octets('footer') };
        },
        return: () => (added ? DONE : iterator.return()),
      };
    },
    declares: { headers: ['X-Reference'], transformsBody: true },
  },
  {
    id: 'M27',
    defect: 'yields strings',
    seam: 'chunk',
    make: () => (_mw, chunk) => Buffer.from(chunk).toString(),
  },
  {
    id: 'M29',
    defect: 'takes the body for an Array',
    seam: 'iterate',
    make: (original) => (mw, body, call) => {
      if (Array.isArray(body)) return original(mw, body, call);
      const elements = Array.from({ length: body.length }, (_none, index) => body[index]);
      return elements.values();
    },
  },
  {
    id: 'M29-return',
    defect: 'expects return() of every iterator',
    seam: 'stop',
    make: () => (_mw, iterator) => iterator.return(),
  },
  {
    id: 'M30',
    defect: 'gives up after the first chunk and does not say so',
    seam: 'pull',
    make: (original) => (mw, iterator, call) => {
      if (call.pulled) return DONE;
      const step = original(mw, iterator, call);
      call.pulled = step.value?.length > 0;
      return step;
    },
    declares: { headers: ['X-Reference', 'Content-Length'], transformsBody: true },
  },
  {
    id: 'M30-close',
    defect: 'gives up after the first chunk and does not close',
    seam: 'body',
    make: (original) => (mw, body, call) => {
      let gaveUp = false;
      const outer = original(mw, body, call);
      return {
        [Symbol.iterator]: () => {
          const iterator = outer[Symbol.iterator]();
          const next = () => {
            if (gaveUp) return DONE;
            const step = iterator.next();
            gaveUp = step.value?.length > 0;
            if (gaveUp) iterator.return();
            return step;
          };
          return { next, return: () => (gaveUp ? DONE : iterator.return()) };
        },
        close: () => {
          if (!gaveUp) outer.close();
        },
      };
    },
    declares: { headers: ['X-Reference', 'Content-Length'], transformsBody: true },
  },
  {
    id: 'M30-return',
    defect: 'does not pass return() on',
    seam: 'stop',
    make: () => () => DONE,
  },
  {
    id: 'M23-first',
    defect: 'keeps the first page of all for every client',
    seam: 'answer',
    make: (original) => {
      let page;
      return (mw, call) => {
        if (page !== undefined) {
          call.start('200 OK', []);
          return [page];
        }
        const { QUERY_STRING } = call.environ;
        if (QUERY_STRING !== '') page = octets(QUERY_STRING);
        return original(mw, call);
      };
    },
    declares: { headers: ['X-Reference'], mayShortCircuit: true },
  },
  {
    id: 'M23-header',
    defect: 'keeps the query in a variable that all requests share until the response begins',
    seam: 'answer',
    make: (original) => (mw, call) => {
      shared.query = call.environ.QUERY_STRING;
      const headers = (_mw, list) => [...list, ['X-Reference', shared.query]];
      return original({ ...mw, headers }, call);
    },
  },
  {
    id: 'M26-reset',
    defect: 'adds content to status 205',
    seam: 'result',
    make: (original) => (mw, result, call) => {
      if (call.status !== '205 Reset Content') return original(mw, result, call);
      const body = {
        [Symbol.iterator]: () => [octets('reset')].values(),
        close: () => result.close(),
      };
      return original(mw, body, call);
    },
  },
  {
    id: 'M26-known',
    defect: 'answers 304 to clients that have a page, and sends the page',
    seam: 'start',
    make: (original) => (mw, call) => {
      const start = original(mw, call);
      return (status, headers, error) => {
        const tag = headers.find(([name]) => name === 'ETag')?.[1];
        const isKnown = tag !== undefined && tag === call.environ.HTTP_IF_NONE_MATCH;
        start(isKnown ? '304 Not Modified' : status, headers, error);
      };
    },
  },
  {
    id: 'M29-long',
    defect: 'cuts chunks of more than 64 KiB',
    seam: 'chunk',
    make: (original) => (mw, chunk, call) => original(mw, chunk.subarray(0, 65_536), call),
  },
  {
    id: 'M31-call',
    defect: 'refuses a call while another response is under way',
    seam: 'answer',
    make: (original) => (mw, call) => {
      if (shared.busy) throw new Error('busy');
      const pull = (_mw, iterator) => {
        shared.busy = true;
        try {
          return iterator.next();
        } finally {
          shared.busy = false;
        }
      };
      return original({ ...mw, pull }, call);
    },
  },
  {
    id: 'M31',
    defect: 'refuses a call while it is being pulled',
    seam: 'pull',
    make: (original) => (mw, iterator, call) => {
      if (shared.busy) throw new Error('busy');
      shared.busy = true;
      try {
        return original(mw, iterator, call);
      } finally {
        shared.busy = false;
      }
    },
  },
  {
    id: 'M32',
    defect: 'keeps the region of a file whose octets it changes',
    seam: 'region',
    make: () => (_mw, body) => {
      const region = body['tsgi.file'];
      return region === undefined ? {} : { 'tsgi.file': { ...region, offset: region.offset + 1 } };
    },
  },
  {
    id: 'M32-length',
    defect: 'names a region that is longer than the body',
    seam: 'region',
    make: () => (_mw, body) => {
      const region = body['tsgi.file'];
      return region === undefined ? {} : { 'tsgi.file': { ...region, length: region.length + 1 } };
    },
  },
  {
    id: 'M42-next',
    defect: 'pulls again after the end',
    seam: 'pull',
    make: (original) => (mw, iterator, call) => {
      const step = original(mw, iterator, call);
      return step.done ? iterator.next() : step;
    },
  },
];
