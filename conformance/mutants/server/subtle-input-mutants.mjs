// Defects of refusals and of bodies that show in one form of a request and in no other.
//
// Rule 1: each is a slip that a server can really have: a condition too wide or too narrow.
import { alterEnviron, alterInput, alterResult, excuse, only } from './alter.mjs';
import { fault } from './reference/environ.mjs';
import { named } from './subtle-request-mutants.mjs';

const refusalMutants = [
  {
    id: 'S794',
    defect: 'looks for repeated fields of framing in their usual spelling',
    ...alterInput('checkHead', (head) => [
      { ...head, fields: head.fields.filter(([name]) => !/^(?:HOST|CONTENT-LENGTH)$/.test(name)) },
    ]),
  },
  {
    id: 'S795',
    defect: 'takes a length of 0 for none',
    ...excuse('checkHead', (_error, { fields }) => {
      const lengths = named(fields, /^content-length$/i);
      return lengths.length > 0 && lengths.every(([, length]) => length === '0');
    }),
  },
  {
    id: 'S796',
    defect: 'takes for a Host what is nearly one',
    ...excuse('checkHead', (_error, { fields }) =>
      named(fields, /^host$/i).some(([, host]) =>
        /^(?:tsgi\.test:80:80|%zz|::1|\[::1\]x|\[tsgi|tsgi\.test\\|"|t\xe9)/.test(host),
      ),
    ),
  },
  {
    id: 'S797',
    defect: 'looks at the coding of requests that usually have a body',
    ...excuse('checkHead', (_error, { method, fields }) => {
      return method === 'GET' && named(fields, /^transfer-encoding$/i).length > 0;
    }),
  },
  {
    id: 'S798',
    defect: 'takes names that are no tokens and values with control characters',
    ...alterInput('parseHead', (text) => {
      const [line, ...fields] = text.split('\r\n');
      const mended = fields.map((field) =>
        field
          .replace(/^X\(Kit\)|^X-\xe9/, 'X-Kit')
          .replaceAll('\x01', '')
          .replaceAll('\x7f', ''),
      );
      return [[line.trimEnd(), ...mended].join('\r\n')];
    }),
  },
  {
    id: 'S799',
    defect: 'looks at the first digit of the version',
    ...alterInput('parseHead', (text) => [text.replace(' HTTP/10.1\r\n', ' HTTP/1.1\r\n')]),
  },
  {
    id: 'S800',
    defect: 'goes on with what follows the head of a refused request',
    seam: 'serveRequest',
    make: (original) => async (connection, server) => {
      let isOpen = false;
      const ownAnswer = (status, options) => {
        isOpen = /^40[04]/.test(status);
        return server.seams.ownAnswer(status, { ...options, close: !isOpen });
      };
      const seams = { ...server.seams, ownAnswer };
      const other = Object.create(server, { seams: { value: seams } });
      return (await original(connection, other)) || isOpen;
    },
  },
];

/**
 * The chunked coding with a choice of what is not looked at.
 * @yields the octets of the chunks
 */
async function* readLoosely(reader, { anySize, anyEnd, noTrailers }) {
  for (;;) {
    const line = await reader.line(8192);
    if (line === undefined) throw fault('ERR_TSGI_INPUT_ABORTED');
    const isSize = /^[\dA-Fa-f]{1,12}(?:[\t ]*;.*)?$/.test(line);
    if (!isSize && !anySize) throw fault('ERR_TSGI_INPUT_ABORTED');
    const size = isSize ? Number.parseInt(line, 16) : Number.parseInt(line, 16) >>> 0;
    if (size === 0) break;
    for (let left = size; left > 0; ) {
      if (reader.bytes.length === 0 && !(await reader.more()))
        throw fault('ERR_TSGI_INPUT_ABORTED');
      const part = new Uint8Array(reader.take(Math.min(left, reader.bytes.length)));
      left -= part.length;
      if (part.length > 0) yield part;
    }
    while (reader.bytes.length < 2 && (await reader.more()));
    const hasEnd = reader.bytes.toString('latin1', 0, 2) === '\r\n';
    if (hasEnd) reader.take(2);
    else if (!anyEnd) throw fault('ERR_TSGI_INPUT_ABORTED');
  }
  if (noTrailers) return;
  for (let line; line !== ''; ) {
    line = await reader.line(8192);
    if (line === undefined) throw fault('ERR_TSGI_INPUT_ABORTED');
  }
}

const isChunked = (_reader, { chunked }) => chunked;
const loosely = (choice) =>
  only('readBody', isChunked, (_original, reader) => readLoosely(reader, choice));

const bodyMutants = [
  {
    id: 'S801',
    defect: 'read(n) returns at most 64 KiB',
    ...alterResult('makeInput', (input) => ({
      ...input,
      read: (size) =>
        input.read(typeof size === 'number' && size > 65_536 && size < 2 ** 31 ? 65_536 : size),
    })),
  },
  {
    id: 'S802',
    defect: 'read(n) of a chunked body ends where a chunk does',
    ...alterEnviron((environ, { head }) => {
      if (named(head.fields, /^transfer-encoding$/i).length === 0) return;
      const input = environ['tsgi.input'];
      const read = (size) => input.read(size > 3 ? 3 : size);
      environ['tsgi.input'] = { ...input, read };
    }),
  },
  {
    id: 'S803',
    defect: 'an iteration that is broken off ends the input',
    ...alterResult('makeInput', (input) => {
      let iterator;
      const iterate = () => (iterator ??= input[Symbol.iterator]());
      return { read: (size) => input.read(size), [Symbol.iterator]: iterate };
    }),
  },
  {
    id: 'S804',
    defect: 'takes an octet too many after a chunked body',
    ...only('readBody', isChunked, async function* readBeyond(original, reader, framing) {
      yield* original(reader, framing);
      reader.take(1);
    }),
  },
  { id: 'S805', defect: 'reads the size of a chunk loosely', ...loosely({ anySize: true }) },
  { id: 'S806', defect: 'does not look for the end of a chunk', ...loosely({ anyEnd: true }) },
  { id: 'S807', defect: 'ends a body at its last chunk', ...loosely({ noTrailers: true }) },
  {
    id: 'S808',
    defect: 'knows an expectation in small letters only',
    ...only(
      'sendContinue',
      ({ head }) => named(head.fields, /^expect$/i).every(([, value]) => value !== '100-continue'),
      () => undefined,
    ),
  },
  {
    id: 'S809',
    defect: 'sends no 100 Continue for a chunked body',
    ...only(
      'sendContinue',
      ({ head }) => named(head.fields, /^content-length$/i).length === 0,
      () => undefined,
    ),
  },
];

export const subtleInputMutants = [...refusalMutants, ...bodyMutants];
