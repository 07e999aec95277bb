// @tsgi/server that speaks FastCGI, behind an HTTP server that passes everything on with
// @tsgi/gateway-client. What that front changes by design stands in fastcgi.expect: give it with --expect.
// Build first: npx tsc -b conformance packages/server packages/gateway-client
import process from 'node:process';
import { startBehindFront } from './fronts/start-behind-front.mjs';

export { capabilities } from './fronts/start-behind-front.mjs';

/** Who is judged; reports show it. */
export const meta = {
  name: '@tsgi/server over FastCGI',
  version: '0.1.0',
  runtime: `node ${process.versions.node}`,
};

/** Starts both servers with an application and settles once they accept connections. */
export function start(application, options) {
  return startBehindFront('fastcgi', application, options);
}
