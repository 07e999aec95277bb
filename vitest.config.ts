import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // What hangs is ended, and what is slow on a busy machine is not taken for it.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    include: [
      'packages/*/test/**/*.test.ts',
      'conformance/test/**/*.test.ts',
      'docs/examples/*/test/**/*.test.ts',
      'spec/test/**/*.test.ts',
      'scripts/test/**/*.test.ts',
    ],
  },
});
