// One or the other check of a rule that is caught by another defect than the rest.
import { alterInput, alterResult, excuse, only } from './alter.mjs';
import { Refusal } from './reference/request.mjs';

const isEmpty = (chunk) => ArrayBuffer.isView(chunk) && chunk.length === 0;
const isNamed = (fields, name) => fields.some(([key]) => key.toLowerCase() === name);

export const furtherResponseMutants = [
  {
    id: 'S557',
    defect: 'takes a function with an iterator for a body',
    ...alterResult('checkBody', (kind) => kind),
    ...excuse(
      'checkBody',
      (_error, body) => typeof body === 'function',
      () => 'sync',
    ),
  },
  {
    id: 'S558',
    defect: 'reads a chunk by its properties',
    ...alterResult('octetsOf', (octets, chunk) => {
      const { buffer, byteOffset, byteLength } = chunk;
      return byteLength === undefined || byteOffset + byteLength > buffer.byteLength
        ? Buffer.alloc(0)
        : Buffer.from(buffer, byteOffset, byteLength);
    }),
  },
  {
    id: 'S559',
    defect: 'iterates an Array',
    ...alterInput('chunksOf', (body) => [[...body]]),
  },
  {
    id: 'S560',
    defect: 'passes holes in an Array over',
    ...alterResult('chunksOf', (chunks) => chunks.filter((chunk) => chunk !== undefined)),
  },
  {
    id: 'S561',
    defect: 'calls next() again after it has thrown',
    ...only(
      'onFault',
      ({ iterator, finished }) => iterator !== undefined && finished,
      (original, x, error) => {
        try {
          x.iterator.next();
        } catch {
          // One fault is enough.
        }
        original(x, error);
      },
    ),
  },
  {
    id: 'S562',
    defect: 'loses a chunk when a client reads on',
    ...only(
      'send',
      ({ asynchronous }) => !asynchronous,
      async (original, x, octets) => {
        x.count = (x.count ?? 0) + 1;
        if (x.count > 20 && octets.length > 60_000 && !x.lost) {
          x.lost = true;
          return;
        }
        await original(x, octets);
      },
    ),
    when: ({ asynchronous }, octets) => !asynchronous && octets.length > 60_000,
  },
  {
    id: 'S563',
    defect: 'sends an empty chunk of an Array',
    ...only(
      'produce',
      ({ result }) => Array.isArray(result) && result.some(isEmpty),
      (original, x) => {
        x.result = x.result.map((chunk) => (isEmpty(chunk) ? Buffer.from('0') : chunk));
        return original(x);
      },
    ),
  },
  {
    id: 'S564',
    defect: 'tells callbacks of the octets that were cut',
    ...only(
      'cleanup',
      ({ response }) => response.framing?.kind === 'length',
      (original, x) => {
        const declared = x.response.fields.some(([name]) => /^content-length$/i.test(name));
        if (declared && x.outcome.bytesSent === 2) x.outcome.bytesSent = 3;
        return original(x);
      },
    ),
  },
  {
    id: 'S565',
    defect: 'tells callbacks that content was sent with a 204',
    ...only(
      'cleanup',
      ({ outcome }) => outcome.status === 204,
      (original, x) => {
        x.outcome.bytesSent = 3;
        return original(x);
      },
    ),
  },
  {
    id: 'S566',
    defect: 'tells callbacks nothing of a disconnect',
    ...only(
      'cleanup',
      ({ outcome }) => outcome.error?.code === 'ERR_TSGI_ABORTED',
      (original, x) => {
        x.outcome.error = undefined;
        return original(x);
      },
    ),
  },
  {
    id: 'S567',
    defect: 'forgets every second callback',
    ...only(
      'cleanup',
      ({ callbacks }) => callbacks.length > 1,
      (original, x) => {
        x.callbacks.shift();
        return original(x);
      },
    ),
  },
  {
    id: 'S568',
    defect: 'runs a function once that was registered twice',
    ...only(
      'cleanup',
      ({ callbacks }) => callbacks.length > 1,
      (original, x) => {
        const once = [...new Set(x.callbacks)];
        x.callbacks.splice(0, x.callbacks.length, ...once);
        return original(x);
      },
    ),
  },
  {
    id: 'S569',
    defect: 'no close() on an Array',
    ...only(
      'cleanup',
      ({ result }) => Array.isArray(result),
      (original, x) => original({ ...x, result: undefined }),
    ),
  },
  {
    id: 'S570',
    defect: 'no return() where content was cut',
    ...only(
      'cleanup',
      ({ response, finished }) => response.framing?.kind === 'length' && finished === false,
      (original, x) => original({ ...x, finished: true }),
    ),
  },
  {
    id: 'S571',
    defect: 'calls close() twice after a fault',
    ...only(
      'cleanup',
      ({ outcome }) => outcome.error !== undefined,
      async (original, x) => {
        await original(x);
        if (typeof x.result?.close === 'function') await x.seams.step(x, () => x.result.close());
      },
    ),
  },
  {
    id: 'S572',
    defect: 'no close() where no iterator could be obtained',
    ...only(
      'cleanup',
      ({ iterator, outcome }) => iterator === undefined && outcome.error !== undefined,
      (original, x) => original({ ...x, result: undefined }),
    ),
  },
  {
    id: 'S573',
    defect: 'answers 200 where an application throws what is no Error',
    ...only(
      'onFault',
      (_x, error) => !(error instanceof Error),
      (original, x, error) => {
        x.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
        original({ ...x, write: () => true }, error);
      },
    ),
  },
  {
    id: 'S574',
    defect: 'answers 200 where an iterator is none',
    ...only(
      'onFault',
      ({ result }, error) =>
        error?.code === 'ERR_TSGI_BODY' && typeof result?.[Symbol.iterator] === 'function',
      (original, x, error) => {
        x.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
        original({ ...x, write: () => true }, error);
      },
    ),
  },
  {
    id: 'S575',
    defect: 'reports only faults that have a code',
    ...only(
      'report',
      (_options, error) => error?.code === undefined,
      () => undefined,
    ),
  },
  {
    id: 'S576',
    defect: 'a fault after the commit kills the server',
    ...only(
      'onFault',
      ({ response, target }) => response.state === 'committed' && target === '/fault',
      (original, x, error) => {
        setImmediate(() => {
          throw error;
        });
        original(x, error);
      },
    ),
  },
  {
    id: 'S577',
    defect: 'a reset of the client kills the server',
    ...only(
      'cleanup',
      (x) => x.isGone() && x.target === '/fault',
      () => process.exit(1),
    ),
  },
  {
    id: 'S578',
    defect: 'closes the connection after a 500 of the application',
    ...only(
      'endMessage',
      ({ response }) => response.code === 500,
      (original, x) => {
        original(x);
        x.close = true;
      },
    ),
  },
  {
    id: 'S579',
    defect: 'answers a promise with 500',
    ...only(
      'callApplication',
      ({ asynchronous }) => asynchronous,
      async (original, x) => {
        const { application } = x;
        x.application = (...args) => {
          const result = application(...args);
          if (
            typeof result?.then === 'function' &&
            !x.target.endsWith('tsgi-canary') &&
            !x.label.startsWith('BOOT')
          ) {
            // Its rejection is taken: that nobody waits for it is the only defect.
            Promise.resolve(result).catch(() => undefined);
            throw new Error('a promise');
          }
          return result;
        };
        await original(x);
      },
    ),
  },
  {
    id: 'S580',
    defect: 'obtains a second asynchronous iterator',
    ...only(
      'produce',
      ({ asynchronous }) => asynchronous,
      async (original, x) => {
        x.result?.[Symbol.asyncIterator]?.();
        await original(x);
      },
    ),
  },
  {
    id: 'S581',
    defect: 'awaits a promise that is a chunk',
    ...only(
      'pull',
      (_x, _iterator, kind) => kind === 'async',
      (original, x, iterator, kind) => {
        const next = async () => {
          const step = await iterator.next();
          return typeof step?.value?.then === 'function'
            ? { ...step, value: await step.value }
            : step;
        };
        return original(x, x.result ? { next } : iterator, kind);
      },
    ),
  },
  {
    id: 'S582',
    defect: 'no return() where an asynchronous body is cut',
    ...only(
      'cleanup',
      ({ asynchronous, outcome }) => asynchronous && !outcome.aborted,
      (original, x) => original({ ...x, finished: true }),
    ),
  },
  {
    id: 'S583',
    defect: 'answers a body that is too large with 500',
    ...only(
      'answer',
      ({ head }) => isNamed(head.fields, 'content-length'),
      async (original, request, server) => {
        try {
          return await original(request, server);
        } catch (error) {
          throw error?.message?.startsWith('413')
            ? new Refusal('500 Internal Server Error')
            : error;
        }
      },
    ),
  },
  {
    id: 'S584',
    defect: 'loses an octet that arrives alone',
    ...only(
      'readBody',
      (_reader, { chunked }) => chunked,
      async function* readBody(original, reader, framing) {
        for await (const part of original(reader, framing)) if (part.length !== 1) yield part;
      },
    ),
  },
];
