#!/usr/bin/env node
import process from 'node:process';
import { main } from '../dist/cli/main.js';

const output = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
};

try {
  process.exitCode = await main(process.argv.slice(2), output);
} catch (error) {
  output.err(`tsgi-conformance: fault of the kit: ${error?.stack ?? error}\n`);
  process.exitCode = 3;
}
