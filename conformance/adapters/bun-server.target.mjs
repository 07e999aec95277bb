// The example server on Bun.serve, by the harness protocol. Build first: npx tsc -b conformance packages/core
import { findRuntime } from './runtimes/find-runtime.mjs';

const bun = findRuntime('bun-server', 'bun', 'bin/bun.exe');

// The harness tells more when it has started.
export const meta = { name: '@tsgi/example-bun-server', version: '0.0.0', runtime: 'bun' };

export const protocol = `'${bun ?? 'bun'}' ../bin/tsgi-harness.mjs ../../docs/examples/bun-server/src/adapter.ts`;

export const unavailable =
  bun === undefined ? 'the npm package bun is not installed (it is optional)' : undefined;

/** What the runtime cannot do, with the reasons. */
export const expect = 'bun-server.expect';
