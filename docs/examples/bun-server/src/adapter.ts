/** The server as the conformance kit starts it: bun tsgi-harness.mjs src/adapter.ts */
import process from 'node:process';

export { serve as start } from './serve.ts';

export const meta = {
  name: '@tsgi/example-bun-server',
  version: '0.0.0',
  runtime: `bun ${process.versions['bun']}`,
};
