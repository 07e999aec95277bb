// Defects that show in a single assertion, where others of the same check would fail for less subtle ones.
//
// Rule 1: a defect is no wider than it has to be, so that the assertion it is about fails first.
import { readSync } from 'node:fs';
import { alterHead, only } from './alter.mjs';
import { encodeChunk } from './reference/response.mjs';
import { Refusal } from './reference/request.mjs';

const isFollowUp = ({ target = '' }) => /\/(?:tsgi-canary|next)$/.test(target);
const isOf =
  (pattern) =>
  ({ label = '', ...x }) =>
    pattern.test(label) && !isFollowUp(x);
const isLength = ([name]) => /^content-length$/i.test(name);
const isProbe = isOf(/^BOOT-CAPABILITY\./);

/** Content of one octet where there is none, in whatever framing was chosen. */
function addOctet(original, x, known) {
  const { seams } = x;
  const writeHead = (head) => {
    const { kind } = head.framing;
    const octet = kind === 'length' ? Buffer.from('!') : encodeChunk(kind, Buffer.from('!'));
    const fields = head.fields.map((field) => (isLength(field) ? [field[0], '1'] : field));
    const framing = kind === 'length' ? { ...head.framing, length: 1 } : head.framing;
    return Buffer.concat([seams.writeHead({ ...head, fields, framing }), octet]);
  };
  x.seams = { ...seams, writeHead };
  original(x, known);
  x.seams = seams;
}

/** All chunks of a body at once, whatever kind of iterable it is. */
async function gather(body) {
  const chunks = [];
  for await (const chunk of body) chunks.push(chunk);
  return chunks;
}

const probeMutants = [
  {
    id: 'S700',
    defect: 'answers with another status while its capabilities are looked for',
    ...alterHead(isProbe, (head) => ({ ...head, status: '277 OK' })),
  },
  {
    id: 'S701',
    defect: 'changes an octet of each chunk while its capabilities are looked for',
    ...only('take', isProbe, (original, x, chunk) => {
      const changed = Buffer.from(chunk);
      changed[0] ^= 1;
      return original(x, changed);
    }),
  },
  {
    id: 'S702',
    defect: 'breaks responses off while its capabilities are looked for',
    ...alterHead(isProbe, (head, x) => {
      if (head.framing.kind !== 'length') return head;
      x.close = true;
      const framing = { ...head.framing, length: head.framing.length + 1 };
      return { ...head, framing, close: true };
    }),
  },
  {
    id: 'S703',
    defect: 'loses a field in the response to a chunked request without content',
    ...alterHead(isOf(/^BOOT-CAPABILITY\.chunkedRequest/), ({ fields, ...head }) => ({
      ...head,
      fields: fields.filter(([name]) => name !== 'Tsgi-Nonce'),
    })),
  },
];

const framingMutants = [
  {
    id: 'S704',
    defect: 'sends an octet of content where there is none',
    ...only(
      'commit',
      (x, { sum, empty }) =>
        (sum === 0 || empty === true || isOf(/^FRAME-CL-OVER\.zero/)(x)) &&
        x.method === 'GET' &&
        !/^(?:204|205|304)/.test(x.response.status) &&
        isOf(/^(?:ASYNC-SAME|FILE-RANGE|FRAME-|SR-LAZY)/)(x),
      addOctet,
    ),
  },
  {
    id: 'S705',
    defect: 'writes Content-Length with a zero before it',
    ...alterHead(isOf(/^(?:ASYNC-SAME|FRAME-)/), ({ fields, framing, ...head }) => {
      const given = fields.find(isLength);
      if (given === undefined && framing.length === undefined) return { fields, framing, ...head };
      const length = `0${given?.[1] ?? framing.length}`;
      const others = fields.filter((field) => !isLength(field));
      return { ...head, fields: [...others, ['Content-Length', length]], framing };
    }),
  },
  {
    id: 'S706',
    defect: 'makes an Array of every body, which gives it a length',
    ...only(
      'produce',
      (x) =>
        isOf(/^(?:ASYNC-SAME\.empty|FRAME-(?:CHUNKED|CL-GUESS|HEAD\.|HTTP10))/)(x) &&
        !Array.isArray(x.result),
      async (original, x) => {
        x.result = await gather(x.result);
        await original(x);
      },
    ),
  },
  {
    id: 'S707',
    defect: 'sends each chunk twice',
    ...only('take', isOf(/^BODY-NODELAY\./), async (original, x, chunk) => {
      return (await original(x, chunk)) || original(x, chunk);
    }),
  },
  {
    id: 'S708',
    defect: 'sends 205 with trailer fields in the place of a length',
    ...only(
      'commit',
      (x) => x.trailers?.length > 0 && x.response.status?.startsWith('205'),
      (original, x, known) => {
        const { seams, trailers } = x;
        const writeHead = (head) =>
          seams.writeHead({ ...head, framing: { kind: 'chunked', drop: true }, trailers });
        x.seams = { ...seams, writeHead, encodeEnd: () => seams.encodeEnd('chunked', trailers) };
        original(x, known);
      },
    ),
  },
  {
    id: 'S709',
    defect: 'fills a response that is broken off up to its Content-Length',
    ...only(
      'onFault',
      ({ response }) => response.state === 'committed' && response.framing.kind === 'length',
      (original, x, error) => {
        const missing = x.response.framing.length - x.outcome.bytesSent;
        x.write(' '.repeat(Math.max(0, missing)));
        original(x, error);
      },
    ),
  },
  {
    id: 'S710',
    defect: 'writes a word on the wire before it breaks a response off',
    ...only(
      'onFault',
      ({ response, label }) => response.state === 'committed' && label.startsWith('EXC-NOTEXT'),
      (original, x, error) => {
        x.write('Oops');
        original(x, error);
      },
    ),
  },
  {
    id: 'S711',
    defect: 'writes into the chunks of an Array once they are sent',
    ...only(
      'cleanup',
      ({ result }) =>
        Array.isArray(result) && ArrayBuffer.isView(result[0]) && result[0].length > 100_000,
      (original, x) => {
        for (const chunk of x.result) chunk[0] ^= 1;
        return original(x);
      },
    ),
  },
  {
    id: 'S726',
    defect: 'calls the callbacks again after a step of the cleanup that never settles',
    ...only('cleanup', isOf(/^ASYNC-LIMIT\./), async (original, x) => {
      const callbacks = [...x.callbacks];
      await original(x);
      for (const callback of callbacks) callback(x.outcome);
    }),
  },
  {
    id: 'S712',
    defect: 'moves the position of a descriptor that it was given',
    ...only(
      'readAt',
      ({ path }) => path === undefined,
      (original, region, done) => {
        readSync(region.fd, new Uint8Array(1), 0, 1, null);
        return original(region, done);
      },
    ),
  },
];

/** The status lines and lengths that a server may think to be none. */
const validationMutants = [
  {
    id: 'S713',
    defect: 'refuses status codes that nobody has registered',
    seam: 'checkStatus',
    make: (original) => (status) => {
      original(status);
      original(status.startsWith('599') ? 'none' : status);
    },
  },
  {
    id: 'S714',
    defect: 'refuses a Content-Length of more than 32 bits',
    seam: 'checkFields',
    make: (original) => (fields) => {
      original(fields);
      const isLarge = fields.some((field) => isLength(field) && Number(field[1]) >= 2 ** 32);
      if (isLarge) original([['Content-Length', 'too large']]);
    },
  },
  {
    id: 'S715',
    defect: 'sends an interim response without fields for a list that it refuses',
    seam: 'hint',
    make: (original) => (x, list) => {
      try {
        original(x, list);
      } catch (error) {
        x.write('HTTP/1.1 103 Early Hints\r\n\r\n');
        throw error;
      }
    },
  },
];

const requestMutants = [
  {
    id: 'S716',
    defect: 'takes a point in the name of a field for an underscore',
    seam: 'mapFields',
    make: (original) => (fields) =>
      original(fields.map(([name, value]) => [name.replaceAll('.', '-'), value])),
  },
  {
    id: 'S717',
    defect: 'writes long values in capitals',
    seam: 'mapFields',
    make: (original) => (fields) =>
      original(
        fields.map(([name, value]) => [name, value.length > 1000 ? value.toUpperCase() : value]),
      ),
  },
  {
    id: 'S718',
    defect: 'refuses methods that it does not know, and calls the application all the same',
    ...only(
      'answer',
      ({ head }) => !/^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/.test(head.method),
      async (_original, { head }, { application }) => {
        try {
          application({ REQUEST_URI: head.target, REQUEST_METHOD: head.method }, () => undefined);
        } catch {
          // What it makes of such a call is its own affair.
        }
        throw new Refusal('501 Not Implemented');
      },
    ),
  },
  {
    id: 'S719',
    defect: 'sends 102 to a client that waits for 100',
    seam: 'sendContinue',
    make:
      () =>
      ({ head, write }) => {
        if (head.version === 'HTTP/1.1') write('HTTP/1.1 102 Processing\r\n\r\n');
      },
  },
  {
    id: 'S720',
    defect: 'sends a late 100 to an HTTP/1.0 client',
    ...only(
      'commit',
      ({ version, environ }) => version === 'HTTP/1.0' && environ.HTTP_EXPECT !== undefined,
      (original, x, known) => {
        x.write('HTTP/1.1 100 Continue\r\n\r\n');
        original(x, known);
      },
    ),
  },
  {
    id: 'S721',
    defect: 'changes the part of a body that arrives after the response or the first part',
    ...only(
      'readBody',
      (_reader, { length }) => length === 6 || length === 10,
      async function* changed(original, ...args) {
        let isFirst = true;
        for await (const part of original(...args)) {
          if (!isFirst) part[0] ^= 1;
          isFirst = false;
          yield part;
        }
      },
    ),
  },
];

const connectionMutants = [
  {
    id: 'S722',
    defect: 'leaves a connection open whose request body it cannot read on',
    ...only(
      'finish',
      (_socket, { options: { label = '' } }) => /^INP-(?:TRUNC|DRAIN-LIMIT)/.test(label),
      (_original, socket) => {
        socket.removeAllListeners('data').on('data', () => undefined);
        socket.resume();
      },
    ),
  },
  {
    id: 'S723',
    defect: 'sends a response to nobody before it ends a connection',
    ...only(
      'finish',
      (_socket, { options: { label = '' } }) => label.startsWith('INP-DRAIN.'),
      (original, socket, ...rest) => {
        socket.write('HTTP/1.1 277 Nobody\r\nContent-Length: 0\r\n\r\n');
        original(socket, ...rest);
      },
    ),
  },
];

const moduleMutants = [
  {
    id: 'S724',
    defect: 'does not start with a module that exports several functions',
    seam: 'findApplication',
    make: (original) => (exports) => {
      const functions = Object.values(exports).filter((value) => typeof value === 'function');
      if (functions.length > 1) original({});
      return original(exports);
    },
  },
  {
    id: 'S725',
    defect: 'iterates a body that stands for a region of a file',
    ...only(
      'hasRegion',
      ({ label = '' }) => label.startsWith('FILE-SEND'),
      () => false,
    ),
  },
];

export const preciseMutants = [
  ...probeMutants,
  ...framingMutants,
  ...validationMutants,
  ...requestMutants,
  ...connectionMutants,
  ...moduleMutants,
];
