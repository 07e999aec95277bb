// Bare node:http: no router, no framework.
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { CHUNK, CHUNKS, createChunk, HELLO, LARGE_CHUNKS } from './content.mjs';

const HEADERS = { 'Content-Type': 'text/plain', 'Content-Length': HELLO.byteLength };
const OCTETS = { 'Content-Type': 'application/octet-stream' };

function hello(_request, response) {
  response.writeHead(200, HEADERS);
  response.end(HELLO);
}

function echo(request, response) {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    response.writeHead(200, { ...OCTETS, 'Content-Length': body.byteLength });
    response.end(body);
  });
}

function count(request, response) {
  let octets = 0;
  request.on('data', (chunk) => {
    octets += chunk.byteLength;
  });
  request.on('end', () => response.end(`${octets}\n`));
}

function generate(response, chunks, create) {
  let index = 0;
  const body = new Readable({
    highWaterMark: CHUNK.byteLength,
    read() {
      this.push(index < chunks ? create(index) : null);
      index += 1;
    },
  });
  response.writeHead(200, OCTETS);
  body.pipe(response);
}

const ROUTES = {
  '/': hello,
  '/echo': echo,
  '/count': count,
  '/download': (_request, response) => generate(response, CHUNKS, () => CHUNK),
  '/large': (_request, response) => generate(response, LARGE_CHUNKS, createChunk),
};

const large = process.argv.includes('--large-heads');
const options = { keepAliveTimeout: 75_000, noDelay: true };
const server = createServer(
  large ? { ...options, maxHeaderSize: 64 * 1024 } : options,
  (request, response) => (ROUTES[request.url] ?? hello)(request, response),
);

server.listen(0, '127.0.0.1', () => {
  process.stderr.write(`listening ${server.address().port}\n`);
});
