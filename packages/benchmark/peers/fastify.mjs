import Fastify from 'fastify';
import { Readable } from 'node:stream';
import { CHUNK, CHUNKS, HELLO } from '../servers/content.mjs';

const app = Fastify();

app.addContentTypeParser(
  'application/octet-stream',
  { parseAs: 'buffer', bodyLimit: 16 * 1024 * 1024 },
  (_request, body, done) => done(null, body),
);

app.get('/', (_request, reply) => {
  reply.type('text/plain').send(HELLO);
});

app.post('/echo', (request, reply) => {
  reply.type('application/octet-stream').send(request.body);
});

app.get('/download', (_request, reply) => {
  let index = 0;
  const body = new Readable({
    highWaterMark: CHUNK.byteLength,
    read() {
      this.push(index < CHUNKS ? CHUNK : null);
      index += 1;
    },
  });
  reply.type('application/octet-stream').send(body);
});

await app.listen({ port: 0, host: '127.0.0.1' });
process.stderr.write(`listening ${app.server.address().port}\n`);
