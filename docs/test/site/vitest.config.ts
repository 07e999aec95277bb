import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// The built site in a browser; apart from the other tests, which need no site.
export default defineConfig({
  test: {
    root: join(import.meta.dirname, '../..'),
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    include: ['test/site/**/*.test.ts'],
    globalSetup: 'test/site/global-setup.ts',
  },
});
