// The adapter of the example server in docs/examples/minimal-server, which the specification alone
// was the source of. Build it first: npx tsc -b docs/examples/minimal-server
import process from 'node:process';
import { serve } from '../../docs/examples/minimal-server/dist/serve.js';

export const meta = {
  name: '@tsgi/example-minimal-server',
  version: '0.0.0',
  runtime: `node ${process.versions.node}`,
};

export const capabilities = { async: false, modules: false };

export async function start(application, { host, port, scriptName = '', onError }) {
  return serve(application, { host, port, scriptName, onError });
}
