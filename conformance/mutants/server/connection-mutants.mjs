import { alterEnviron, alterInput, alterResult } from './alter.mjs';

const isAsync = (x) => x.asynchronous;

/** An iterator whose next() stays pending instead of rejecting, until it has given something. */
function neverRejectFirst(source) {
  let isFirst = true;
  const iterator = {
    async next() {
      const step = await source.next().catch((error) => {
        if (!isFirst) throw error;
        return new Promise(() => undefined);
      });
      isFirst = false;
      return step;
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}

const isThrown = (error, { asynchronous }) =>
  error?.message === 'broken on purpose' && !asynchronous;

export const connectionMutants = [
  {
    id: 'S92',
    defect: 'answers pipelined requests out of order',
    seam: 'readHead',
    make: (original) => async (reader) => {
      const text = await original(reader);
      if (!text?.startsWith('GET /a ') || reader.bytes.length === 0) return text;
      const next = await original(reader);
      reader.bytes = Buffer.concat([Buffer.from(`${text}\r\n\r\n`), reader.bytes]);
      return next;
    },
  },
  {
    id: 'S93',
    defect: 'ignores Connection: close',
    seam: 'wantsClose',
    make: () => (head) => head.version === 'HTTP/1.0',
  },
  {
    id: 'S95',
    defect: 'serves no second client while one does not read',
    seam: 'answer',
    make: (original) => async (request, server) => {
      const { target } = request.head;
      if (target === '/other') await server.turn;
      const served = original(request, server);
      if (target === '/') server.turn = served.catch(() => undefined);
      return served;
    },
  },
  {
    id: 'S198',
    defect: 'listens on another port where the one asked for is in use',
    seam: 'listen',
    make: (original) => (listener, options) =>
      original(listener, options).catch(() => original(listener, { ...options, port: 0 })),
  },
  {
    id: 'S199',
    defect: 'a second server silences the first',
    seam: 'listen',
    make: (original) => async (listener, options) => {
      // it keeps its port, which another process could take
      if (options.port === 0) {
        globalThis.firstListener
          ?.removeAllListeners('connection')
          .on('connection', (socket) => socket.resume().end());
      }
      await original(listener, options);
      globalThis.firstListener = listener;
    },
  },
  {
    id: 'S200',
    defect: 'runs asynchronous applications one at a time',
    seam: 'answer',
    make: (original) => async (request, server) => {
      const { target } = request.head;
      if (server.options.profile === 'async' && target === '/') await server.turn;
      const served = original(request, server);
      if (target === '/first') server.turn = served.catch(() => undefined);
      return served;
    },
  },
  {
    id: 'S96',
    defect: 'close() settles while connections are accepted',
    seam: 'stop',
    make: () => async () => undefined,
  },
  {
    id: 'S183',
    defect: 'processes requests after Connection: close',
    seam: 'finish',
    make: (original) => (socket, server, reader) => {
      if (reader.bytes.includes('GET /second')) {
        server.application({ REQUEST_URI: '/second', REQUEST_METHOD: 'GET' }, () => undefined);
      }
      original(socket, server, reader);
    },
  },
  {
    id: 'S184',
    defect: 'keeps HTTP/1.0 connections open',
    seam: 'wantsClose',
    make: (original) => (head) => original({ ...head, version: 'HTTP/1.1' }),
  },
  {
    id: 'S185',
    defect: 'does not say that it closes',
    ...alterInput('writeHead', (head) => [{ ...head, close: false }]),
  },
  {
    id: 'S186',
    defect: 'calls an application that has thrown once more',
    seam: 'callApplication',
    excuses: isThrown,
    make: (original) => async (x) => {
      try {
        await original(x);
      } catch (error) {
        if (!isThrown(error, x)) throw error;
        await original(x);
      }
    },
  },
  {
    id: 'S187',
    defect: 'passes a third argument',
    seam: 'callApplication',
    make: (original) => (x) => {
      const { application } = x;
      return original(Object.assign(x, { application: (...args) => application(...args, {}) }));
    },
  },
  {
    id: 'S188',
    defect: 'reads a property of the application',
    seam: 'callApplication',
    make: (original) => (x) => {
      void x.application.length;
      return original(x);
    },
  },
  {
    id: 'S97',
    defect: 'no return() when the client leaves while next() waits',
    ...alterInput('cleanup', (x) => [
      isAsync(x) && x.outcome.aborted ? Object.assign(x, { finished: true }) : x,
    ]),
  },
  {
    id: 'S98',
    defect: 'calls next() before the last call has settled',
    seam: 'pull',
    make: (original) => (x, iterator, kind) => {
      if (kind !== 'async') return original(x, iterator, kind);
      const ahead = x.ahead ?? iterator.next();
      x.ahead = iterator.next();
      return original(x, { next: () => ahead }, kind);
    },
  },
  {
    id: 'S99',
    defect: 'a rejected promise is never answered',
    seam: 'onFault',
    make: (original) => (x, error) => {
      if (!isAsync(x) || error?.message !== 'broken on purpose') original(x, error);
    },
  },
  {
    id: 'S189',
    defect: 'tsgi.async is missing its value under the asynchronous profile',
    ...alterEnviron((environ, { inputs }) => {
      if (inputs.async) environ['tsgi.async'] = false;
    }),
  },
  {
    id: 'S201',
    defect: 'has no tsgi.async_input without a body',
    ...alterEnviron((environ) => {
      if (environ['tsgi.input_buffered']) delete environ['tsgi.async_input'];
    }),
  },
  {
    id: 'S202',
    defect: 'reading an unbuffered input gives nothing',
    ...alterEnviron((environ) => {
      if (environ['tsgi.input_buffered']) return;
      environ['tsgi.input'] = {
        read: () => new Uint8Array(),
        [Symbol.iterator]: () => [].values(),
      };
    }),
  },
  {
    id: 'S203',
    defect: 'delivers empty chunks of a body',
    seam: 'readBody',
    make: (original) =>
      async function* readBody(reader, framing) {
        if (framing.length > 0 || framing.chunked) yield new Uint8Array();
        yield* original(reader, framing);
      },
  },
  {
    id: 'S204',
    defect: 'a next() on the input is still pending after the response',
    ...alterEnviron((environ) => {
      const input = environ['tsgi.async_input'];
      if (!input || environ['tsgi.input_buffered']) return;
      const iterate = () => neverRejectFirst(input[Symbol.asyncIterator]());
      environ['tsgi.async_input'] = { [Symbol.asyncIterator]: iterate };
    }),
  },
  {
    id: 'S213',
    defect: 'reads a body that nobody takes without end',
    seam: 'answer',
    make: (original) => (request, server) => {
      const { socket } = request;
      socket.pause = () => socket;
      return original(request, server);
    },
  },
  {
    id: 'S214',
    defect: 'pulls settled promises without a turn of the event loop',
    seam: 'pull',
    make: (original) => (x, iterator, kind) => {
      const next = async () => {
        let step = await iterator.next();
        while (step?.value?.length === 0) step = await iterator.next();
        return step;
      };
      return original(x, kind === 'async' ? { next } : iterator, kind);
    },
  },
  {
    id: 'S190',
    defect: 'has no tsgi.signal',
    ...alterEnviron((environ, { inputs }) => {
      if (inputs.async) delete environ['tsgi.signal'];
    }),
  },
  {
    id: 'S191',
    defect: 'prefers the asynchronous iterator',
    ...alterResult('checkBody', (kind, body, x) =>
      isAsync(x) && typeof body[Symbol.asyncIterator] === 'function' ? 'async' : kind,
    ),
  },
  {
    id: 'S192',
    defect: 'takes a promise of a string for a body',
    seam: 'callApplication',
    make: (original) => async (x) => {
      await original(x);
      if (isAsync(x) && typeof x.result === 'string') x.result = [Buffer.from(x.result)];
    },
  },
  {
    id: 'S193',
    defect: 'does not await the steps of the cleanup',
    seam: 'step',
    make: (original) => (x, run) => original({ ...x, asynchronous: false }, run),
  },
  {
    id: 'S194',
    defect: 'waits for a step of the cleanup for ever',
    seam: 'step',
    make: (original) => async (x, run) => {
      let pending;
      await original({ ...x, asynchronous: false }, () => (pending = run()));
      await Promise.resolve(pending).catch(() => undefined);
    },
  },
  {
    id: 'S196',
    defect: 'gives a second iterator of the asynchronous input',
    ...alterEnviron((environ) => {
      const input = environ['tsgi.async_input'];
      let iterator;
      const iterate = () => (iterator ??= input[Symbol.asyncIterator]());
      if (input) environ['tsgi.async_input'] = { [Symbol.asyncIterator]: iterate };
    }),
  },
  {
    id: 'S197',
    defect: 'buffers the body before it calls an asynchronous application',
    seam: 'readBody',
    make: (original) =>
      async function* readBody(reader, framing) {
        const parts = [];
        for await (const part of original(reader, framing)) parts.push(part);
        const whole = Buffer.concat(parts);
        if (whole.length > 0) yield new Uint8Array(whole);
      },
  },
];
