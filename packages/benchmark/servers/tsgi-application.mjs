// A plain synchronous application, and how the benchmark serves it.
import { serve } from '@tsgi/server';
import { createChunk, generateDownload, HELLO, LARGE_CHUNKS } from './content.mjs';

const TEXT = [['Content-Type', 'text/plain']];
const OCTETS = [['Content-Type', 'application/octet-stream']];

function hello(_environ, startResponse) {
  startResponse('200 OK', TEXT);
  return [HELLO];
}

function echo(environ, startResponse) {
  startResponse('200 OK', OCTETS);
  return [environ['tsgi.input'].read()];
}

function count(environ, startResponse) {
  let octets = 0;
  for (const chunk of environ['tsgi.input']) {
    octets += chunk.byteLength;
  }
  startResponse('200 OK', TEXT);
  return [Buffer.from(`${octets}\n`)];
}

function download(_environ, startResponse) {
  startResponse('200 OK', OCTETS);
  return generateDownload();
}

function* large(_environ, startResponse) {
  startResponse('200 OK', OCTETS);
  for (let index = 0; index < LARGE_CHUNKS; index += 1) {
    yield createChunk(index);
  }
}

const ROUTES = {
  '/': hello,
  '/echo': echo,
  '/count': count,
  '/download': download,
  '/large': large,
};

function application(environ, startResponse) {
  return (ROUTES[environ.PATH_INFO] ?? hello)(environ, startResponse);
}

/** Serves the application on a port that the system chooses, and prints it. */
export async function serveOn(transport) {
  const heads = { maxHeaderSize: 64 * 1024, maxRequestLine: 64 * 1024 };
  const { port } = await serve(application, {
    port: 0,
    transport,
    maxBodySize: 2 * 1024 ** 3,
    ...(process.argv.includes('--large-heads') ? heads : {}),
  });
  process.stderr.write(`listening ${port}\n`);
}
