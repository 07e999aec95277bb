import { alterInput, alterResult } from './alter.mjs';

/** Changes the head of responses with a status, as text. */
function garble(status, change) {
  return alterResult('writeHead', (octets, head) =>
    head.status.startsWith(status)
      ? Buffer.from(change(octets.toString('latin1')), 'latin1')
      : octets,
  );
}

/** The same for responses with a field. */
function garbleWith(name, change) {
  return alterResult('writeHead', (octets, { fields }) =>
    fields.some(([key]) => key.toLowerCase() === name)
      ? Buffer.from(change(octets.toString('latin1')), 'latin1')
      : octets,
  );
}

const isLong = (kind, chunk) => kind === 'chunked' && chunk.length > 3000 && chunk.length < 60_000;

/** Messages that break the grammar of HTTP. */
export const wireMutants = [
  {
    id: 'S460',
    defect: 'ends a line of the head with LF alone',
    ...garble('299', (text) => text.replace('\r\n', '\n')),
  },
  {
    id: 'S461',
    defect: 'sends a carriage return in a field value',
    ...garble('299', (text) => text.replace('\r\n', '\r\nX-Bare: a\rb\r\n')),
  },
  {
    id: 'S462',
    defect: 'sends a status line without the space before the reason',
    ...garble('299', (text) => text.replace('299 ', '299')),
  },
  {
    id: 'S463',
    defect: 'sends a field with a space in its name',
    ...garble('299', (text) => text.replace('\r\n', '\r\nX Kit: a\r\n')),
  },
  {
    id: 'S464',
    defect: 'sends Content-Length twice',
    ...garbleWith('vary', (text) => text.replace(/(Content-Length: \d+\r\n)/, '$1$1')),
  },
  {
    id: 'S465',
    defect: 'sends Content-Length beside the chunked coding',
    ...garble('299', (text) => text.replace('\r\n', '\r\nContent-Length: 2\r\n')),
  },
  {
    id: 'S466',
    defect: 'sends a sign before a Content-Length',
    ...garbleWith('vary', (text) => text.replace('Content-Length: ', 'Content-Length: +')),
  },
  {
    id: 'S467',
    defect: 'names a coding that it does not apply',
    ...garble('299', (text) => text.replace(': chunked', ': gzip, chunked')),
  },
  {
    id: 'S468',
    defect: 'writes the size of a chunk with a prefix',
    ...alterResult('encodeChunk', (octets, kind, chunk) =>
      isLong(kind, chunk) ? Buffer.concat([Buffer.from('0x'), octets]) : octets,
    ),
  },
  {
    id: 'S469',
    defect: 'sends more octets than the size of a chunk says',
    ...alterResult('encodeChunk', (octets, kind, chunk) =>
      isLong(kind, chunk) ? Buffer.concat([octets.subarray(0, -2), Buffer.from('x\r\n')]) : octets,
    ),
  },
  {
    id: 'S470',
    defect: 'sends a field line of 200 KiB',
    ...garble('299', (text) => text.replace('\r\n', `\r\nX-Long: ${'x'.repeat(204_800)}\r\n`)),
  },
  {
    id: 'S471',
    defect: 'switches protocols unasked',
    ...garble('299', (text) => `HTTP/1.1 101 Switching\r\n\r\n${text}`),
  },
  {
    id: 'S472',
    defect: 'sends Content-Length in an interim response',
    ...garble('299', (text) => `HTTP/1.1 103 Hints\r\nContent-Length: 0\r\n\r\n${text}`),
  },
  {
    id: 'S473',
    defect: 'sends interim responses without end',
    ...garble('299', (text) => `${'HTTP/1.1 103 Hints\r\n\r\n'.repeat(30)}${text}`),
  },
  {
    id: 'S474',
    defect: 'sends other values of the fields it was given',
    ...alterInput('writeHead', (head) => [{ ...head, fields: head.fields.map(changeField) }]),
  },
];

const CHANGED = /^(?:date|content-type|cache-control|vary|content-encoding|content-length)$/i;

function changeField([name, value]) {
  if (!CHANGED.test(name)) return [name, value];
  return [name, /^\d+$/.test(value) ? `0${value}` : `${value} changed`];
}
