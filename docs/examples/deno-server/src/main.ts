/** deno run -A src/main.ts APPLICATION PORT [MOUNT] */
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { serve } from './serve.ts';

const [path = '', port = '8000', scriptName = ''] = process.argv.slice(2);
const { profile = 'sync', ...exports } = await import(pathToFileURL(path).href);
const application = [exports.default, exports.app, exports.application].find(
  (candidate) => typeof candidate === 'function',
);
if (application === undefined) throw new Error(`${path} exports no application`);

const server = serve(application, { host: '127.0.0.1', port: Number(port), scriptName, profile });
process.stdout.write(`${server.url}\n`);
process.once('SIGTERM', () => void server.close().then(() => process.exit(0)));
