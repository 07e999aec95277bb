import { alterInput, alterResult, excuse } from './alter.mjs';

const isBodiless = ({ response }) => [204, 205, 304].includes(response.code);

export const bodyMutants = [
  {
    id: 'S57',
    defect: 'sends only the first chunk of an Array',
    seam: 'produce',
    make: (original) => async (x) => {
      if (
        Array.isArray(x.result) &&
        x.result.length > 1 &&
        x.result.every((chunk) => ArrayBuffer.isView(chunk) && chunk.length > 0)
      ) {
        x.result = x.result.slice(0, 1);
      }
      await original(x);
    },
  },
  {
    id: 'S59',
    defect: 'an empty chunk ends the response',
    seam: 'pull',
    make: (original) => (x, iterator, kind) => {
      const next = () => {
        const step = iterator.next();
        return step?.value?.length === 0 && x.outcome.bytesSent > 0 ? { done: true } : step;
      };
      return original(x, { next }, kind);
    },
  },
  {
    id: 'S60',
    defect: 'holds each chunk back until the next one is there',
    seam: 'send',
    make: (original) => async (x, octets) => {
      if (x.asynchronous) await original(x, octets);
      else {
        x.plain ??= x.write;
        const { plain, held } = x;
        x.held = octets;
        x.write = (last) => plain(Buffer.concat([octets, Buffer.from(last)]));
        if (held !== undefined) await original({ ...x, write: plain }, held);
      }
    },
  },
  {
    id: 'S58',
    defect: 'sends the first octet of a long chunk again and again',
    ...alterInput('encodeChunk', (kind, chunk) => [
      kind,
      chunk.length > 4096 ? Buffer.alloc(chunk.length, chunk.subarray(0, 1)) : chunk,
    ]),
  },
  {
    id: 'S61',
    defect: 'waits for the end of the body before it sends',
    seam: 'pull',
    make: (original) => async (x, iterator, kind) => {
      if (kind === 'async' || x.whole) return original(x, iterator, kind);
      x.whole = [];
      for (let step = iterator.next(); ; step = iterator.next()) {
        x.whole.push(step);
        if (step.done || x.whole.length > 1200) break;
      }
      while (!(await original(x, { next: () => x.whole.shift() }, kind)));
      return true;
    },
  },
  {
    id: 'S62',
    defect: 'pulls without waiting for the client',
    seam: 'send',
    make: () => async (x, octets) => {
      x.write(octets);
      await new Promise(setImmediate);
      if (x.isGone()) await x.gone;
    },
  },
  {
    id: 'S64',
    defect: 'clears a chunk after it was sent',
    seam: 'take',
    make: (original) => async (x, chunk) => {
      const isLast = await original(x, chunk);
      if (chunk.length > 100_000) setImmediate(() => chunk.fill(0));
      return isLast;
    },
  },
  {
    id: 'S65',
    defect: 'encodes string chunks',
    seam: 'pull',
    make: (original) => (x, iterator, kind) => {
      const next = () => {
        const step = iterator.next();
        return typeof step?.value === 'string' ? { value: Buffer.from(step.value) } : step;
      };
      return original(x, { next }, kind);
    },
  },
  {
    id: 'S66',
    defect: 'takes a string as the body',
    ...alterInput('produce', (x) => {
      if (typeof x.result === 'string') x.result = [Buffer.from(x.result)];
      return [x];
    }),
  },
  {
    id: 'S67',
    defect: 'knows a chunk by instanceof',
    ...alterResult('octetsOf', (octets, chunk) => {
      if (chunk instanceof Uint8Array) return octets;
      throw Object.assign(new Error('no chunk'), { code: 'ERR_TSGI_CHUNK' });
    }),
  },
  {
    id: 'S68',
    defect: 'takes every typed array as a chunk',
    ...excuse(
      'octetsOf',
      (_error, chunk) => ArrayBuffer.isView(chunk) && !(chunk instanceof DataView),
      (chunk) => Buffer.from(chunk.buffer),
    ),
  },
  {
    id: 'S69',
    defect: 'takes the length of the first chunk for that of the body',
    seam: 'take',
    make: (original) => async (x, chunk) => {
      const { response } = x;
      if (
        chunk.length === 1 &&
        response.state === 'set' &&
        !response.fields.some(([name]) => /^content-length$/i.test(name))
      ) {
        response.fields.push(['Content-Length', String(chunk.length)]);
      }
      return original(x, chunk);
    },
  },
  {
    id: 'S70',
    defect: 'sends octets beyond Content-Length',
    seam: 'take',
    make: (original) => async (x, chunk) => {
      const isLast = await original(x, chunk);
      const { framing } = x.response;
      if (isLast && framing.kind === 'length') x.write(chunk.subarray(framing.length));
      return isLast;
    },
  },
  {
    id: 'S71',
    defect: 'completes a response that is shorter than its Content-Length',
    seam: 'endMessage',
    make: (original) => (x) => {
      const { framing } = x.response;
      const missing = framing.kind === 'length' ? framing.length - x.outcome.bytesSent : 0;
      if (missing > 0) x.write(Buffer.alloc(missing));
      x.outcome.bytesSent += missing;
      original(x);
    },
  },
  {
    id: 'S72',
    defect: 'sends content in response to HEAD',
    ...alterInput('take', (x, chunk) => {
      if (x.method === 'HEAD' && x.response.state === 'set') x.method = 'GET';
      return [x, chunk];
    }),
  },
  {
    id: 'S73',
    defect: 'sends Content-Length with 204',
    ...alterResult('chooseFraming', (framing, { code }) =>
      code === 204 ? { ...framing, length: 0 } : framing,
    ),
  },
  {
    id: 'S74',
    defect: 'sends chunks to HTTP/1.0',
    ...alterInput('chooseFraming', (known) => [{ ...known, version: 'HTTP/1.1' }]),
  },
  {
    id: 'S974',
    defect: 'sends the last chunk alone to HTTP/1.0 where there is no content',
    ...alterResult('chooseFraming', (framing, { version, given }) =>
      version === 'HTTP/1.0' && framing.kind === 'length' && framing.length === 0 && given !== 0
        ? { kind: 'chunked' }
        : framing,
    ),
  },
  {
    id: 'S75',
    defect: 'sends nothing for a body without octets',
    seam: 'commit',
    make: (original) => (x, known) => {
      const isEmpty = known.empty || known.sum === 0;
      if (isEmpty && x.method === 'GET' && x.response.status === '200 OK') x.destroy();
      original(x, known);
    },
  },
  {
    id: 'S160',
    defect: 'obtains a second iterator',
    seam: 'produce',
    make: (original) => async (x) => {
      if (!Array.isArray(x.result)) x.result?.[Symbol.iterator]?.();
      await original(x);
    },
  },
  {
    id: 'S161',
    defect: 'calls next() again after the end',
    seam: 'pull',
    make: (original) => async (x, iterator, kind) => {
      const isLast = await original(x, iterator, kind);
      if (isLast && x.finished && kind === 'sync') iterator.next();
      return isLast;
    },
  },
  {
    id: 'S162',
    defect: 'sends the chunks of an Array before it has checked them all',
    seam: 'produce',
    make: (original) => async (x) => {
      if (!Array.isArray(x.result) || x.result.length < 3) return original(x);
      x.result = x.result.values();
      return original(x);
    },
  },
  {
    id: 'S163',
    defect: 'goes on pulling after Content-Length is exceeded',
    seam: 'take',
    make: (original) => async (x, chunk) => {
      const isOver = await original(x, chunk);
      if (isOver && x.response.framing.kind === 'length')
        for (let left = 5; left > 0; left -= 1) x.iterator?.next();
      return isOver;
    },
  },
  {
    id: 'S164',
    defect: 'pulls to the end for HEAD',
    seam: 'take',
    make: (original) => async (x, chunk) => (await original(x, chunk)) && x.method !== 'HEAD',
  },
  {
    id: 'S165',
    defect: 'sends a Content-Length of 0 for HEAD and an empty Array',
    ...alterResult('chooseFraming', (framing, { method, sum, given, code }) =>
      method === 'HEAD' && sum === 0 && code === 200 ? { ...framing, length: given ?? 0 } : framing,
    ),
  },
  {
    id: 'S166',
    defect: 'removes Content-Length from 304',
    ...alterResult('chooseFraming', (framing, { code }) =>
      code === 304 ? { ...framing, length: undefined, drop: true } : framing,
    ),
  },
  {
    id: 'S167',
    defect: 'keeps the Content-Length that was given with 205',
    ...alterResult('chooseFraming', (framing, { code, given }) =>
      code === 205 ? { ...framing, length: given ?? 0 } : framing,
    ),
  },
  {
    id: 'S168',
    defect: 'sends an Array in chunks',
    ...alterResult('chooseFraming', (framing, { sum, given, version }) =>
      framing.kind === 'length' && given === undefined && sum > 0 && version === 'HTTP/1.1'
        ? { kind: 'chunked' }
        : framing,
    ),
  },
  {
    id: 'S169',
    defect: 'ends content of unknown length with the connection',
    ...alterResult('chooseFraming', (framing) =>
      framing.kind === 'chunked' ? { kind: 'close' } : framing,
    ),
  },
  {
    id: 'S170',
    defect: 'pulls on after content of a 204',
    seam: 'take',
    make: (original) => async (x, chunk) => (await original(x, chunk)) && !isBodiless(x),
  },
  {
    id: 'S171',
    defect: 'takes an object without an iterator for an empty body',
    ...alterInput('produce', (x) => {
      const { result } = x;
      const isPlain =
        typeof result === 'object' &&
        result !== null &&
        Object.getPrototypeOf(result) === Object.prototype;
      if (isPlain && Reflect.ownKeys(result).length === 0) x.result = [];
      return [x];
    }),
  },
  {
    id: 'S172',
    defect: 'awaits a promise under the synchronous profile',
    seam: 'produce',
    make: (original) => async (x) => {
      if (!x.asynchronous && x.result instanceof Promise) x.result = await x.result;
      await original(x);
    },
  },
];
