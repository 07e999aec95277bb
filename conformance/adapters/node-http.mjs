// The adapter of @tsgi/server on node:http: copy this file to have a server of your own judged.
//
//   npx tsgi-conformance smoke my-server.mjs     is the adapter right?
//   npx tsgi-conformance server my-server.mjs    does the server keep the rules?
//
// An adapter exports `meta` and `start`, and may export `capabilities`. The kit starts a fresh server
// for every check, in a thread of its own, and stops it when the check is over.
import process from 'node:process';
import { serve } from '@tsgi/server';

/** Who is judged; reports show it. */
export const meta = {
  name: '@tsgi/server (node:http)',
  version: '0.1.0',
  runtime: `node ${process.versions.node}`,
};

// What the server cannot do, as `false`: the checks that need it are skipped and listed as such. The
// kit looks for itself, so a false claim is found out. This server is given functions; what loads
// application modules is the command `tsgi serve`.
export const capabilities = { modules: false };

/**
 * Starts the server with an application and settles once it accepts connections.
 *
 * host        where to listen: always 127.0.0.1
 * port        0 for a port of the system's choice; with any other port, reject if it is in use
 * scriptName  the path under which the application is mounted: '' or, for example, '/m'
 * profile     'sync' or 'async': how the server calls the application
 * onError     to be called with everything the server logs as a fault of the application
 * lifespan    what runs before the first request and after the last one; absent for most checks
 * tls         key, certificate and authority in PEM for a server that terminates TLS, with the option
 *             names of node:tls; absent for most checks
 */
export async function start(application, options) {
  const { host, port, scriptName = '', profile, onError, lifespan, tls } = options;
  const server = await serve(application, {
    transport: 'node-http',
    host,
    port,
    scriptName,
    profile,
    onError,
    lifespan,
    tls,
    // three checks wait for this limit of the server, which is 5 s if nothing is said
    cleanupTimeout: 1500,
  });
  return {
    // http://HOST:PORT, without a path.
    url: server.url,
    // Settles once the port refuses connections, and responses and their cleanup are over.
    close: () => server.close(),
  };
}
