import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startBrowser } from './browser.ts';
import { FOLDER } from './fixtures/folder.mjs';
import { serveSite } from './site-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The origin at which the built site is served. */
    readonly site: string;
    /** Where the browser is driven; empty where there is none. */
    readonly browser: string;
  }
}

/** One server and one browser for all files of tests. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (!existsSync(join(FOLDER, 'sitemap.xml'))) {
    throw new Error(`the site has to be built first, with docs:build; there is none in ${FOLDER}`);
  }
  const browser = await startBrowser();
  const server = await serveSite().catch(async (error: unknown) => {
    await browser?.close();
    throw error;
  });
  project.provide('site', server.origin);
  project.provide('browser', browser?.wsEndpoint() ?? '');
  return async () => {
    await browser?.close();
    await server.close();
  };
}
