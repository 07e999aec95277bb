import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // What hangs is ended, and what is slow on a busy machine is not taken for it.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Many files wait for the processes that they have started.
    maxWorkers: availableParallelism() + 1,
    include: [
      'packages/*/test/**/*.test.ts',
      'conformance/test/**/*.test.ts',
      'docs/examples/*/test/**/*.test.ts',
      'docs/test/tools/**/*.test.ts',
      'spec/test/**/*.test.ts',
      'scripts/test/**/*.test.ts',
    ],
  },
});
