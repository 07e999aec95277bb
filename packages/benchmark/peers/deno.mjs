import { handle } from './fetch-handler.mjs';

Deno.serve(
  {
    port: 0,
    hostname: '127.0.0.1',
    onListen: ({ port }) => Deno.stderr.writeSync(new TextEncoder().encode(`listening ${port}\n`)),
  },
  handle,
);
