#!/usr/bin/env node
// Speaks the harness protocol for an adapter in JavaScript:
//   bun node_modules/@tsgi/conformance/bin/tsgi-harness.mjs my-adapter.ts
import process from 'node:process';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { serveHarness } from '../dist/probe/harness.js';

const USAGE = 'usage: tsgi-harness ADAPTER, a module; for tsgi-conformance server --protocol\n';
const [adapter] = process.argv.slice(2);
if (adapter === '--help' || adapter === '-h') {
  process.stdout.write(USAGE);
  process.exit(0);
}
if (adapter === undefined || adapter.startsWith('-')) {
  const got = adapter === undefined ? '' : `, got the flag ${adapter}`;
  process.stderr.write(`tsgi-harness: ADAPTER is missing: name a module${got}\n${USAGE}`);
  process.exit(2);
}
await serveHarness(await import(pathToFileURL(resolve(adapter)).href), {
  input: process.stdin,
  write: (line) => process.stdout.write(line),
});
process.exit(0);
