import { handle } from './fetch-handler.mjs';

const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: handle });
process.stderr.write(`listening ${server.port}\n`);
