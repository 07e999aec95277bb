import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import { cert, open } from './tls-fixture.ts';

/** Types of frames: RFC 9113 section 6. */
export const HEADERS = 1;
export const RST_STREAM = 3;
export const SETTINGS = 4;
export const PING = 6;
export const WINDOW_UPDATE = 8;
export const CONTINUATION = 9;

const END_STREAM = 0x1;
const END_HEADERS = 0x4;

interface FrameParts {
  readonly stream?: number;
  readonly flags?: number;
  readonly payload?: Uint8Array;
}

/** RFC 9113 section 4.1: length, type, flags, stream, payload. */
export function frame(
  type: number,
  { stream = 1, flags = 0, payload = new Uint8Array(0) }: FrameParts,
): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.byteLength, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** RFC 9113 section 3.4: what a client begins with, and SETTINGS that change nothing. */
export const PREFACE: Buffer = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  frame(SETTINGS, { stream: 0 }),
]);

/** HEADERS of a whole request; RFC 7541: indexed GET and https, literal path and authority. */
export function get(stream: number, path: string): Buffer {
  const payload = Buffer.concat([
    Buffer.from([0x82, 0x87, 0x04, path.length]),
    Buffer.from(path),
    Buffer.from([0x01, 1]),
    Buffer.from('h'),
  ]);
  return frame(HEADERS, { stream, flags: END_STREAM | END_HEADERS, payload });
}

/** A connection that has agreed on HTTP/2, for frames of one's own. */
export async function connectRaw(port: number): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', ca: cert, ALPNProtocols: ['h2'] });
  open.push(() => socket.destroy());
  socket.on('error', () => {});
  await once(socket, 'secureConnect');
  return socket.resume();
}
