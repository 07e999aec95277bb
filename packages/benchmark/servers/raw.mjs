// A raw responder: whatever arrives, a constant is written. The floor of what node:net costs.
import { createServer } from 'node:net';
import { HELLO } from './content.mjs';

const RESPONSE = Buffer.from(
  [
    'HTTP/1.1 200 OK',
    'Content-Type: text/plain',
    `Date: ${new Date().toUTCString()}`,
    `Content-Length: ${HELLO.byteLength}`,
    '',
    HELLO.toString(),
  ].join('\r\n'),
);

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('data', () => socket.write(RESPONSE));
  socket.on('error', () => {});
});

server.listen(0, '127.0.0.1', () => {
  process.stderr.write(`listening ${server.address().port}\n`);
});
