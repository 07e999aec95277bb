// The adapter of @tsgi/server on its default transport, the HTTP/1.1 engine of this project. The one to
// copy, with a word on everything, is node-http.mjs.
import process from 'node:process';
import { serve } from '@tsgi/server';

/** Who is judged; reports show it. */
export const meta = {
  name: '@tsgi/server',
  version: '0.1.0',
  runtime: `node ${process.versions.node}`,
};

/** TLS is the other transport's: this one leaves it to a proxy. Modules are loaded by `tsgi serve`. */
export const capabilities = { tls: false, modules: false };

/** Starts the server with an application and settles once it accepts connections. */
export function start(application, options) {
  const { host, port, scriptName = '', profile, onError, lifespan } = options;
  return serve(application, {
    transport: 'net',
    host,
    port,
    scriptName,
    profile,
    onError,
    lifespan,
    cleanupTimeout: 1500,
  });
}
