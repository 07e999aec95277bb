import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'packages/*/test/**/*.test.ts',
      'conformance/test/**/*.test.ts',
      'docs/examples/*/test/**/*.test.ts',
      'spec/test/**/*.test.ts',
      'scripts/test/**/*.test.ts',
    ],
  },
});
