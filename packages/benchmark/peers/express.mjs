import express from 'express';
import { Readable } from 'node:stream';
import { CHUNK, CHUNKS, HELLO } from '../servers/content.mjs';

const app = express();

app.get('/', (_request, response) => {
  response.type('text/plain').send(HELLO);
});

app.post('/echo', express.raw({ type: () => true, limit: '16mb' }), (request, response) => {
  response.type('application/octet-stream').send(request.body);
});

app.get('/download', (_request, response) => {
  let index = 0;
  const body = new Readable({
    highWaterMark: CHUNK.byteLength,
    read() {
      this.push(index < CHUNKS ? CHUNK : null);
      index += 1;
    },
  });
  response.type('application/octet-stream');
  body.pipe(response);
});

const server = app.listen(0, '127.0.0.1', () => {
  process.stderr.write(`listening ${server.address().port}\n`);
});
