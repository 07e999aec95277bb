import { alterEnviron, alterInput, alterResult } from './alter.mjs';

const fault = (code) => Object.assign(new Error(code), { code });

export const inputMutants = [
  {
    id: 'S33',
    defect: 'the body holds what follows it on the connection',
    seam: 'readBody',
    make: (original) =>
      async function* readBody(reader, framing) {
        yield* original(reader, framing);
        const isNext = !framing.chunked && framing.length === 5 && reader.bytes.includes('/second');
        if (isNext) yield reader.bytes.subarray(0, 3);
      },
  },
  {
    id: 'S34',
    defect: 'a read at the end throws',
    ...alterResult('makeInput', (input, bytes) => {
      const read = (size) => {
        const part = input.read(size);
        if (size > 0 && part.length === 0 && bytes.length > 0) throw new Error('no octets left');
        return part;
      };
      return { read, [Symbol.iterator]: () => input[Symbol.iterator]() };
    }),
  },
  {
    id: 'S35',
    defect: 'a body is cut at 64 KiB',
    ...alterInput('makeInput', (bytes, lock) => [bytes.subarray(0, 65_536), lock]),
  },
  {
    id: 'S36',
    defect: 'read(n) returns less than n',
    ...alterResult('makeInput', (input) => ({
      read: (size) => input.read(Number.isInteger(size) && size > 3 && size < 50 ? 3 : size),
      [Symbol.iterator]: () => input[Symbol.iterator](),
    })),
  },
  {
    id: 'S37',
    defect: 'chunk extensions are taken for a malformed body',
    seam: 'readBody',
    make: (original) =>
      async function* readBody(reader, framing) {
        if (framing.chunked && reader.bytes.includes(';')) throw fault('ERR_TSGI_INPUT_ABORTED');
        yield* original(reader, framing);
      },
  },
  {
    id: 'S38',
    defect: 'a truncated body looks complete',
    seam: 'readBody',
    make: (original) =>
      async function* readBody(reader, framing) {
        try {
          yield* original(reader, framing);
        } catch (error) {
          if (error.code !== 'ERR_TSGI_INPUT_ABORTED') throw error;
        }
      },
  },
  {
    id: 'S39',
    defect: 'read(0) consumes an octet',
    ...alterResult('makeInput', (input) => ({
      read: (size) => input.read(size === 0 ? 1 : size).subarray(0, size === 0 ? 0 : undefined),
      [Symbol.iterator]: () => input[Symbol.iterator](),
    })),
  },
  {
    id: 'S40',
    defect: 'an unread body is parsed as requests',
    seam: 'drain',
    make: () => async (body) => body.failed === undefined,
  },
  {
    id: 'S41',
    defect: 'sends no 100 Continue',
    seam: 'sendContinue',
    make: () => () => undefined,
  },
  {
    id: 'S42',
    defect: 'tsgi.input is missing without a body',
    ...alterEnviron((environ) => {
      if (environ.CONTENT_LENGTH === undefined) delete environ['tsgi.input'];
    }),
  },
  {
    id: 'S132',
    defect: 'sends 100 Continue to HTTP/1.0',
    seam: 'sendContinue',
    make:
      () =>
      ({ write }) =>
        write('HTTP/1.1 100 Continue\r\n\r\n'),
  },
  {
    id: 'S133',
    defect: 'takes any size in read',
    ...alterResult('makeInput', (input) => ({
      read: (size) => input.read(Number.isSafeInteger(size) && size >= 0 ? size : undefined),
      [Symbol.iterator]: () => input[Symbol.iterator](),
    })),
  },
  {
    id: 'S134',
    defect: 'iteration ends with an empty chunk',
    ...alterResult('makeInput', (input) => ({
      read: (size) => input.read(size),
      *[Symbol.iterator]() {
        yield* input;
        yield new Uint8Array(0);
      },
    })),
  },
  {
    id: 'S135',
    defect: 'arrays that read returns share one buffer',
    ...alterResult('makeInput', (input) => {
      const shared = new Uint8Array(2_097_152);
      const share = (part) => {
        shared.set(part);
        return shared.subarray(0, part.length);
      };
      return {
        read: (size) => share(input.read(size)),
        [Symbol.iterator]: () => input[Symbol.iterator](),
      };
    }),
  },
  {
    id: 'S136',
    defect: 'CONTENT_LENGTH keeps leading zeros',
    ...alterEnviron((environ, { head }) => {
      const field = head.fields.find(([name]) => name.toLowerCase() === 'content-length');
      if (field !== undefined) [, environ.CONTENT_LENGTH] = field;
    }),
  },
  {
    id: 'S137',
    defect: 'CONTENT_LENGTH is 0 without a body',
    ...alterEnviron((environ) => {
      environ.CONTENT_LENGTH ??= '0';
    }),
  },
  {
    id: 'S138',
    defect: 'tsgi.errors.write throws for a lone surrogate',
    ...alterEnviron((environ) => {
      environ['tsgi.errors'] = { write: encodeURIComponent, flush: () => undefined };
    }),
  },
  {
    id: 'S208',
    defect: 'tsgi.errors.flush throws the second time',
    ...alterEnviron((environ) => {
      let flushes = 0;
      const flush = () => {
        flushes += 1;
        if (flushes > 1) throw new Error('already flushed');
      };
      environ['tsgi.errors'] = { write: () => undefined, flush };
    }),
  },
  {
    id: 'S209',
    defect: 'discards an unread body without end',
    seam: 'drain',
    make: (original) => async (body, reader) => {
      if (!body.present || body.done || !body.chunked) return original(body, reader);
      do reader.take(reader.bytes.length);
      while (await reader.more());
      return false;
    },
  },
  {
    id: 'S215',
    defect: 'calls the application when the first part of the body is there',
    seam: 'bufferBody',
    make: (original) => async (body) => {
      if (body.length !== '10') return original(body);
      const { value } = await body.next();
      return Buffer.from(value);
    },
  },
  {
    id: 'S139',
    defect: 'a body above the limit ends where the limit is',
    seam: 'readBody',
    make: (original) =>
      async function* readBody(reader, framing) {
        try {
          yield* original(reader, framing);
        } catch (error) {
          if (error.code !== 'ERR_TSGI_INPUT_TOO_LARGE') throw error;
        }
      },
  },
  {
    id: 'S140',
    defect: 'a chunk of the body that ends a segment is lost',
    seam: 'readBody',
    make: (original) =>
      async function* readBody(reader, framing) {
        for await (const part of original(reader, framing)) if (part.length !== 2) yield part;
      },
  },
];
