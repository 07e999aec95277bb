#!/usr/bin/env node
import process from 'node:process';
import { main } from '../dist/cli/main.js';

const output = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
};

// A reader that has gone, as head goes, is no reason to end before the reports are written.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

// Without this, a fault of the kit would end with 1, which says that the target is at fault.
process.on('uncaughtException', (error) => {
  output.err(`tsgi-conformance: fault of the kit: ${error?.stack ?? error}\n`);
  process.exit(3);
});

try {
  process.exitCode = await main(process.argv.slice(2), output);
} catch (error) {
  output.err(`tsgi-conformance: fault of the kit: ${error?.stack ?? error}\n`);
  process.exitCode = 3;
}
