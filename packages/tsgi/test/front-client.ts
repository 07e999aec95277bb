import { once } from 'node:events';
import { connect, type NetConnectOpts } from 'node:net';

/** What a web server says of a request: its variables but for the length of the body. */
export type Variables = Readonly<Record<string, string>>;

/** The protocols between web servers and applications. */
export type FrontProtocol = 'fastcgi' | 'scgi' | 'uwsgi';

/** A GET of a path, as web servers describe it. */
export function variablesOf(path: string, more: Variables = {}): Variables {
  return {
    REQUEST_METHOD: 'GET',
    REQUEST_URI: path,
    SCRIPT_NAME: '',
    PATH_INFO: path,
    QUERY_STRING: '',
    SERVER_PROTOCOL: 'HTTP/1.1',
    HTTP_HOST: 'localhost',
    SERVER_NAME: 'localhost',
    SERVER_PORT: '80',
    REMOTE_ADDR: '192.0.2.7',
    GATEWAY_INTERFACE: 'CGI/1.1',
    ...more,
  };
}

/** Makes one request on a connection of its own, and gives the response: fields, then content. */
export async function ask(
  protocol: FrontProtocol,
  address: NetConnectOpts,
  variables: Variables,
): Promise<string> {
  const socket = connect(address);
  await once(socket, 'connect');
  socket.write(WRITERS[protocol]({ CONTENT_LENGTH: '0', ...variables }));
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  await once(socket, 'close');
  const octets = Buffer.concat(chunks);
  return (protocol === 'fastcgi' ? standardOutput(octets) : octets).toString('latin1');
}

const WRITERS: Readonly<Record<FrontProtocol, (variables: Variables) => Buffer>> = {
  fastcgi: (variables) => {
    const pairs = Object.entries(variables).map(([name, value]) =>
      Buffer.concat([lengthOf(name), lengthOf(value), Buffer.from(name + value)]),
    );
    // FCGI_BEGIN_REQUEST for a responder, FCGI_PARAMS with its end, the end of FCGI_STDIN
    return Buffer.concat([
      record(1, Buffer.from([0, 1, 0, 0, 0, 0, 0, 0])),
      record(4, Buffer.concat(pairs)),
      record(4, Buffer.alloc(0)),
      record(5, Buffer.alloc(0)),
    ]);
  },
  scgi: ({ CONTENT_LENGTH = '0', ...variables }) => {
    const all = Object.entries({ CONTENT_LENGTH, SCGI: '1', ...variables });
    const head = all.map(([name, value]) => `${name}\0${value}\0`).join('');
    return Buffer.from(`${head.length}:${head},`);
  },
  uwsgi: (variables) => {
    const pairs = Object.entries(variables)
      .flat()
      .map((text) => {
        const length = Buffer.alloc(2);
        length.writeUInt16LE(text.length);
        return Buffer.concat([length, Buffer.from(text)]);
      });
    const block = Buffer.concat(pairs);
    const head = Buffer.alloc(4);
    head.writeUInt16LE(block.length, 1);
    return Buffer.concat([head, block]);
  },
};

function lengthOf(text: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE((text.length | 0x80_00_00_00) >>> 0);
  return length;
}

const REQUEST_ID = 1;

function record(type: number, content: Buffer): Buffer {
  const head = Buffer.from([1, type, 0, REQUEST_ID, 0, 0, 0, 0]);
  head.writeUInt16BE(content.length, 4);
  return Buffer.concat([head, content]);
}

/** The content of the records of FCGI_STDOUT. */
function standardOutput(octets: Buffer): Buffer {
  const contents: Buffer[] = [];
  for (let at = 0; at + 8 <= octets.length; ) {
    const length = octets.readUInt16BE(at + 4);
    if (octets[at + 1] === 6) {
      contents.push(octets.subarray(at + 8, at + 8 + length));
    }
    at += 8 + length + (octets[at + 6] ?? 0);
  }
  return Buffer.concat(contents);
}
