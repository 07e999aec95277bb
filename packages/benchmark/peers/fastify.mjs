import Fastify from 'fastify';
import { HELLO } from '../servers/content.mjs';
import { createDownload } from '../servers/readable.mjs';

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
  reply.type('application/octet-stream').send(createDownload());
});

await app.listen({ port: 0, host: '127.0.0.1' });
process.stderr.write(`listening ${app.server.address().port}\n`);
