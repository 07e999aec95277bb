import { gzipSync } from 'node:zlib';
import { octets } from './reference.mjs';

const shared = { buffer: new Uint8Array(64) };

async function* yieldNothing() {}

/** Applications whose body is not as it has to be. */
export const bodyMutants = [
  ...[
    ['string', 'yields strings', (text) => text],
    ['numbers', 'yields arrays of numbers', (text) => [...octets(text)]],
    ['buffer', 'yields an ArrayBuffer', (text) => octets(text).buffer],
    ['words', 'yields another typed array', () => new Uint16Array(2)],
  ].map(([variant, defect, chunk]) => ({
    id: `A11-${String(variant)}`,
    defect,
    seam: 'chunk',
    make: () => (_app, text) => chunk(text),
  })),
  ...[
    ['string', 'returns a string', () => 'nothing here'],
    ['bytes', 'returns a Uint8Array', () => octets('nothing here')],
    ['null', 'returns null', () => null],
    ['promise', 'returns a promise', () => Promise.resolve([])],
    ['async', 'returns an asynchronous body', () => ({ [Symbol.asyncIterator]: yieldNothing })],
    ['iterator', 'returns a body whose iterator is none', () => ({ [Symbol.iterator]: () => 5 })],
  ].map(([variant, defect, body]) => ({
    id: `A12-${String(variant)}`,
    defect,
    seam: 'missing',
    make: (original) => (app, call) => {
      original(app, call);
      return body();
    },
  })),
  {
    id: 'A13',
    defect: 'declares more octets than it yields',
    seam: 'measure',
    make: (original) => (app, text) => original(app, text) + 7,
  },
  {
    id: 'A14',
    defect: 'declares fewer octets than it yields',
    seam: 'measure',
    make: (original) => (app, text) => original(app, text) - 1,
  },
  {
    id: 'A14-form',
    defect: 'gives a Content-Length that is no number',
    seam: 'measure',
    make: (original) => (app, text) => `${original(app, text)} octets`,
  },
  {
    id: 'A14-twice',
    defect: 'gives two Content-Lengths',
    seam: 'headers',
    make: (original) => (app, pairs, call) => {
      const all = original(app, pairs, call);
      return [...all, ...all.filter(([name]) => name === 'Content-Length')];
    },
  },
  {
    id: 'A15',
    defect: 'fills one buffer again and again',
    seam: 'iterate',
    make: () => (_app, chunks) =>
      (function* refill() {
        for (const chunk of chunks) {
          shared.buffer.fill(0).set(chunk);
          yield shared.buffer.subarray(0, chunk.length);
        }
      })(),
  },
  {
    id: 'A15-later',
    defect: 'fills one buffer for each request',
    seam: 'missing',
    make: () => {
      let count = 0;
      const buffer = new Uint8Array(4);
      return (app, call) => {
        app.begin(app, call, 404, []);
        buffer.fill((count += 1));
        return [buffer];
      };
    },
  },
  {
    id: 'A16',
    defect: 'has content with status 204',
    seam: 'nothing',
    make: () => () => [octets('gone')],
  },
  {
    id: 'A16-known',
    defect: 'has content with status 304 for a client that has it already',
    seam: 'unchanged',
    make: () => () => [octets('an article')],
  },
  {
    id: 'A13-range',
    defect: 'declares the length of the whole for a part of it',
    seam: 'offset',
    make: (original) => (app, environ) => {
      const start = original(app, environ);
      app.measureOf = (_app, content) => content.length + start;
      return start;
    },
  },
  {
    id: 'A13-coded',
    defect: 'declares the length before it compresses',
    seam: 'encode',
    make: () => (app, content, environ) => {
      app.measureOf = () => content.length;
      return environ.HTTP_ACCEPT_ENCODING?.includes('gzip') ? gzipSync(content) : content;
    },
  },
  ...['POST', 'HEAD'].map((method) => ({
    id: `A22-${method.toLowerCase()}`,
    defect: `never releases what the answer to ${method} holds`,
    seam: 'body',
    make: (original) => (app, chunks, call) => {
      const body = original(app, chunks, call);
      if (call.environ.REQUEST_METHOD === method) body.close = () => undefined;
      return body;
    },
  })),
  {
    id: 'A22-input',
    defect: 'does not release what it holds where the request body fails',
    seam: 'echo',
    make: () => (app, call) => {
      const resource = app.open(app);
      let failed = false;
      return {
        *[Symbol.iterator]() {
          failed = true;
          const text = app.readAll(app, call.environ);
          failed = false;
          app.begin(app, call, 200, [['Content-Type', 'text/plain']]);
          yield octets('you sent: ');
          yield Buffer.from(text, 'latin1');
        },
        close: () => {
          if (!failed) app.release(app, resource);
        },
      };
    },
  },
  {
    id: 'A22',
    defect: 'releases in a generator that may never have started',
    seam: 'body',
    make: () => (app, chunks) => {
      const resource = app.open(app);
      return (function* generate() {
        try {
          yield* chunks;
        } finally {
          app.release(app, resource);
        }
      })();
    },
  },
  {
    id: 'A22-part',
    defect: 'releases only when the body has come to its end',
    seam: 'body',
    make: () => (app, chunks) => {
      const resource = app.open(app);
      return (function* generate() {
        yield* chunks;
        app.release(app, resource);
      })();
    },
  },
  {
    id: 'A22-never',
    defect: 'never releases anything',
    seam: 'release',
    make: () => () => undefined,
  },
  {
    id: 'A23',
    defect: 'cannot be closed after it has released at the end',
    seam: 'body',
    make: (original) => (app, chunks, call) => {
      const body = original(app, chunks, call);
      let over = false;
      return {
        *[Symbol.iterator]() {
          yield* body;
          over = true;
        },
        close: () => {
          body.close();
          if (over) throw new Error('released before');
        },
      };
    },
  },
  {
    id: 'A23-return',
    defect: 'cannot be closed after return()',
    seam: 'body',
    make: (original) => (app, chunks, call) => {
      const body = original(app, chunks, call);
      let returned = false;
      return {
        *[Symbol.iterator]() {
          let over = false;
          try {
            yield* body;
            over = true;
          } finally {
            returned = !over;
          }
        },
        close: () => {
          body.close();
          if (returned) throw new Error('released before');
        },
      };
    },
  },
  {
    id: 'A23-throw',
    defect: 'cannot be closed after it has thrown',
    seam: 'missing',
    make: () => () => {
      let thrown = false;
      return {
        [Symbol.iterator]: () => ({
          next: () => {
            thrown = true;
            throw new Error('no page, and no word of it');
          },
        }),
        close: () => {
          if (thrown) throw new Error('released before');
        },
      };
    },
  },
  {
    id: 'A28',
    defect: 'names a region that its body is not',
    seam: 'file',
    make: (original) => (app, environ) => {
      const body = original(app, environ);
      const region = body['tsgi.file'];
      return region === undefined
        ? body
        : {
            *[Symbol.iterator]() {
              for (const chunk of body) yield chunk.map((octet) => octet ^ 0x20);
            },
            close: () => body.close(),
            'tsgi.file': region,
          };
    },
  },
  {
    id: 'A28-length',
    defect: 'names a region that is shorter than its body',
    seam: 'file',
    make: (original) => (app, environ) => {
      const body = original(app, environ);
      const region = body['tsgi.file'];
      return region === undefined
        ? body
        : {
            [Symbol.iterator]: () => body[Symbol.iterator](),
            close: () => body.close(),
            'tsgi.file': { ...region, length: region.length - 1 },
          };
    },
  },
];
