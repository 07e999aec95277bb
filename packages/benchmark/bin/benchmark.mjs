#!/usr/bin/env node
import { main } from '../dist/main.js';

const output = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
};

process.exitCode = await main(process.argv.slice(2), output);
