// What callbacks are told, what bodies consist of, and what comes second on a connection.
import { alterInput, alterResult, only } from './alter.mjs';
import { Refusal } from './reference/request.mjs';

/** Tells the callbacks something else. */
const telling = (change) =>
  only(
    'cleanup',
    ({ callbacks }) => callbacks.length > 0,
    (original, x) => {
      Object.assign(x.outcome, change(x.outcome));
      return original(x);
    },
  );

const served = new WeakMap();
const isFirst = ({ target }) => target === '/first';

export const outcomeMutants = [
  { id: 'S640', defect: 'tells faults without their code', ...telling(forgetCode) },
  {
    id: 'S641',
    defect: 'tells another status',
    ...telling(({ status }) => ({ status: status + 1 })),
  },
  { id: 'S642', defect: 'tells another number of octets', ...telling(countOneMore) },
  {
    id: 'S643',
    defect: 'tells the contrary of aborted',
    ...telling(({ aborted }) => ({ aborted: !aborted })),
  },
  {
    id: 'S644',
    defect: 'tells an error of its own',
    ...telling(() => ({ error: new TypeError('own') })),
  },
  {
    id: 'S645',
    defect: 'closes with an octet too many behind each response',
    ...only(
      'endMessage',
      ({ target, label = '' }) => !target.endsWith('/tsgi-canary') && !label.startsWith('BOOT-'),
      (original, x) => {
        original(x);
        x.write('x');
        x.close = true;
      },
    ),
  },
  {
    id: 'S646',
    defect: 'finds nothing for the second request of a connection',
    ...only(
      'answer',
      (_request, { options }) => !options.label?.startsWith('BOOT-'),
      async (original, request, server) => {
        const { socket } = request;
        const count = (served.get(socket) ?? 0) + 1;
        served.set(socket, count);
        if (count === 2) throw new Refusal('404 Not Found');
        return original(request, server);
      },
    ),
  },
  {
    id: 'S647',
    defect: 'names the chunked coding where there is no content',
    ...alterResult('writeHead', (octets, { framing }) =>
      framing.kind === 'none'
        ? Buffer.from(
            octets
              .toString('latin1')
              .replace(/Content-Length: \d+\r\n/i, '')
              .replace('\r\n\r\n', '\r\nTransfer-Encoding: chunked\r\n\r\n')
              // Only a client that knows 204, 304 and HEAD does not wait for the last chunk.
              .concat(framing.length === 0 ? '0\r\n\r\n' : ''),
            'latin1',
          )
        : octets,
    ),
  },
  {
    id: 'S648',
    defect: 'changes the first octet of each part of a body',
    ...changeParts((part) =>
      Uint8Array.from(part, (octet, index) => (index === 0 ? octet ^ 1 : octet)),
    ),
  },
  {
    id: 'S649',
    defect: 'loses the last octet of each part of a body',
    ...changeParts((part) => part.subarray(0, Math.max(1, part.length - 1))),
  },
  {
    id: 'S650',
    defect: 'answers /first with another status',
    ...only('commit', isFirst, (original, x, known) => {
      const { seams } = x;
      x.seams = { ...seams, writeHead: (head) => seams.writeHead({ ...head, status: '277 OK' }) };
      original(x, known);
      x.seams = seams;
    }),
  },
  {
    id: 'S651',
    defect: 'changes the content of /first',
    ...only('take', isFirst, (original, x, chunk) => {
      const changed = Buffer.from(chunk);
      changed[0] ^= 1;
      return original(x, changed);
    }),
  },
  {
    id: 'S652',
    defect: 'says of octets that there is one more of an Array',
    ...alterInput('chooseFraming', (known) => [
      { ...known, sum: known.sum > 0 && known.method === 'HEAD' ? known.sum + 1 : known.sum },
    ]),
  },
];

function forgetCode({ error }) {
  return error?.code?.startsWith('ERR_TSGI_') ? { error: new Error('no code') } : {};
}

function countOneMore({ bytesSent }) {
  return { bytesSent: bytesSent + 1 };
}

function changeParts(change) {
  return only(
    'readBody',
    (_reader, { length, chunked }) => length > 0 || chunked,
    async function* readBody(original, reader, framing) {
      for await (const part of original(reader, framing)) yield change(part);
    },
  );
}
