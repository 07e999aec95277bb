import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { streamDownload } from './web-stream.mjs';
import { HELLO as OCTETS_OF_HELLO } from '../servers/content.mjs';

const OCTETS = { 'Content-Type': 'application/octet-stream' };
const HELLO = OCTETS_OF_HELLO.toString();
const app = new Hono();

app.get('/', (context) => context.text(HELLO));
app.post('/echo', async (context) => context.body(await context.req.arrayBuffer(), 200, OCTETS));
app.get('/download', (context) => context.body(streamDownload(), 200, OCTETS));

serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
  process.stderr.write(`listening ${port}\n`);
});
