// A server that a command starts, correct but for one fault: node server.mjs FAULT APP PORT [FILE]
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { startSeamServer } from '../server/reference/server.mjs';

const [fault, app, given, note] = process.argv.slice(2);
const port = Number(given);

async function serve(at) {
  const { default: application, profile = 'sync' } = await import(pathToFileURL(app).href);
  const server = await startSeamServer(application, { host: '127.0.0.1', port: at, profile }, {});
  process.stdout.write(`listening on ${server.url}\n`);
  return server;
}

const FAULTS = {
  none: async () => {
    const server = await serve(port);
    process.once('SIGTERM', () => server.close().then(() => process.exit(0)));
  },
  'until-eof': async () => {
    const server = await serve(port);
    process.stdin.resume();
    process.stdin.once('end', () => server.close().then(() => process.exit(0)));
  },
  exits: async () => {
    process.stderr.write('there is no configuration\n');
    process.exit(7);
  },
  deaf: async () => {
    if (note !== undefined) writeFileSync(note, String(process.pid));
    setInterval(() => undefined, 60_000);
  },
  elsewhere: async () => serve(0),
  'always-200': async () => {
    createServer((_request, response) => response.end('ok')).listen(port, '127.0.0.1');
  },
  stubborn: async () => {
    await serve(port);
    process.on('SIGTERM', () => undefined);
  },
};

await FAULTS[fault]();
