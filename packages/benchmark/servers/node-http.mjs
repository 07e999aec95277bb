// Bare node:http: no router, no framework.
import { createServer } from 'node:http';
import { createChunk, HELLO, LARGE_CHUNKS } from './content.mjs';
import { createDownload, createReadable } from './readable.mjs';

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

function send(response, body) {
  response.writeHead(200, OCTETS);
  body.pipe(response);
}

const ROUTES = {
  '/': hello,
  '/echo': echo,
  '/count': count,
  '/download': (_request, response) => send(response, createDownload()),
  '/large': (_request, response) => send(response, createReadable(LARGE_CHUNKS, createChunk)),
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
