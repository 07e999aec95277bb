import express from 'express';
import { HELLO } from '../servers/content.mjs';
import { createDownload } from '../servers/readable.mjs';

const app = express();

app.get('/', (_request, response) => {
  response.type('text/plain').send(HELLO);
});

app.post('/echo', express.raw({ type: () => true, limit: '16mb' }), (request, response) => {
  response.type('application/octet-stream').send(request.body);
});

app.get('/download', (_request, response) => {
  createDownload().pipe(response.type('application/octet-stream'));
});

const server = app.listen(0, '127.0.0.1', () => {
  process.stderr.write(`listening ${server.address().port}\n`);
});
