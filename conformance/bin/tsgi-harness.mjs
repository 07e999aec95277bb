#!/usr/bin/env node
// Speaks the harness protocol for an adapter in JavaScript:
//   bun node_modules/@tsgi/conformance/bin/tsgi-harness.mjs my-adapter.ts
import process from 'node:process';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { serveHarness } from '../dist/probe/harness.js';

const [adapter] = process.argv.slice(2);
if (adapter === undefined) {
  process.stderr.write('tsgi-harness: ADAPTER is missing: name a module\n');
  process.exit(2);
}
await serveHarness(await import(pathToFileURL(resolve(adapter)).href), {
  input: process.stdin,
  write: (line) => process.stdout.write(line),
});
process.exit(0);
