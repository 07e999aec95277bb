#!/usr/bin/env node
import { main } from '../dist/cli/main.js';

// The application may have left timers and connections of its own behind.
process.exit(await main(process.argv.slice(2)));
