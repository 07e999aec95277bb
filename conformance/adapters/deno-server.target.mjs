// The example server on Deno.serve, by a command. Build first: npx tsc -b conformance packages/core
import { findRuntime, programName } from './runtimes/find-runtime.mjs';

const deno = findRuntime('deno-server', 'deno', programName('deno'));

export const meta = {
  name: '@tsgi/example-deno-server',
  version: '0.0.0',
  runtime: 'deno',
};

export const command =
  `'${deno ?? 'deno'}' run --allow-all --quiet --unstable-no-legacy-abort ` +
  '../../docs/examples/deno-server/src/main.ts {app} {port} {mount}';

export const unavailable =
  deno === undefined ? 'the npm package deno is not installed (it is optional)' : undefined;

/** What the runtime cannot do, with the reasons. */
export const expect = 'deno-server.expect';
