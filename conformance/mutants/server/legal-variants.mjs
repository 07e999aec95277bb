import { alterEnviron, alterInput, alterResult } from './alter.mjs';

/** What a server may do differently without breaking a rule. */
export const legalVariants = [
  {
    id: 'L01',
    defect: 'none: sends field names in lower case',
    ...alterInput('writeHead', (head) => [
      { ...head, fields: head.fields.map(([name, value]) => [name.toLowerCase(), value]) },
    ]),
  },
  {
    id: 'L02',
    defect: 'none: adds a Server field',
    ...alterInput('writeHead', (head) => {
      const isGiven = head.fields.some(([name]) => /^server$/i.test(name));
      return [isGiven ? head : { ...head, fields: [...head.fields, ['Server', 'seam']] }];
    }),
  },
  {
    id: 'L03',
    defect: 'none: closes the connection after every response',
    capabilities: { async: true, http10: true, chunkedRequest: true },
    seam: 'wantsClose',
    make: () => () => true,
  },
  {
    id: 'L04',
    defect: 'none: sends the head together with what follows it',
    seam: 'commit',
    make: (original) => (x, known) => {
      if (known.isFlushed) {
        original(x, known);
        return;
      }
      const { write } = x;
      let head;
      x.write = (octets) => {
        head = octets;
      };
      try {
        original(x, known);
      } finally {
        x.write = write;
      }
      x.write = (next) => {
        x.write = write;
        return write(Buffer.concat([head, Buffer.from(next)]));
      };
    },
  },
  {
    id: 'L05',
    defect: 'none: splits chunks',
    seam: 'encodeChunk',
    make: (original) => (kind, chunk) =>
      chunk.length < 2
        ? original(kind, chunk)
        : Buffer.concat([original(kind, chunk.subarray(0, 1)), original(kind, chunk.subarray(1))]),
  },
  {
    id: 'L06',
    defect: 'none: sends no Content-Length of 0 for a body that is exhausted before the commit',
    ...alterResult('chooseFraming', (framing, { empty, version, given, method }) =>
      empty && given === undefined && framing.kind === 'length' && method !== 'HEAD'
        ? { kind: version === 'HTTP/1.1' ? 'chunked' : 'close' }
        : framing,
    ),
  },
  {
    id: 'L09',
    defect: 'none: refuses methods that it does not know',
    seam: 'parseHead',
    make: (original) => (text) => {
      const head = original(text);
      const known = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'CONNECT', 'PATCH'];
      if (known.includes(head.method)) return head;
      return original(text.replace(head.method, '('));
    },
  },
  {
    id: 'L10',
    defect: 'none: the environ has a null prototype and keys of its own',
    ...alterEnviron((environ) =>
      Object.assign(Object.create(null), environ, { 'seam.server': 1, SERVER_SOFTWARE: 'seam' }),
    ),
  },
  {
    id: 'L14',
    defect: 'none: takes a half-closed connection for a client that has left',
    seam: 'serveRequest',
    make: (original) => (connection, server) => {
      connection.socket.once('end', () => connection.socket.destroy());
      return original(connection, server);
    },
  },
  {
    id: 'L15',
    defect: 'none: closes the connection on malformed input without an answer',
    seam: 'ownAnswer',
    make: (original) => (status, about) =>
      status.startsWith('400') && !about.seams ? '' : original(status, about),
  },
  {
    id: 'L16',
    defect: 'none: leaves REMOTE_ADDR and REMOTE_PORT out',
    ...alterEnviron((environ) => {
      delete environ.REMOTE_ADDR;
      delete environ.REMOTE_PORT;
    }),
  },
  {
    id: 'L19',
    defect: 'none: does not tell the length of a chunked body',
    ...alterEnviron((environ, { head }) => {
      const isChunked = head.fields.some(([name]) => /^transfer-encoding$/i.test(name));
      if (isChunked) delete environ.CONTENT_LENGTH;
    }),
  },
];
