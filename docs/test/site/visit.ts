import {
  type Browser,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
} from 'playwright-core';
import { afterEach, expect, inject } from 'vitest';

/** The origin of the site under test. */
export const SITE = inject('site');

/** Whether tests of a browser are skipped; the setup has said why. */
export const NO_BROWSER = inject('browser') === '';

/** Widths of a desk and of a phone, in CSS pixels. */
export const WIDTHS = { desk: 1280, phone: 390 } as const;

/** The height of a window on a desk, in CSS pixels. */
const HEIGHT = 800;

/** Opens addresses of the site for the tests of a group. */
export interface Visits {
  /** A window of its own, once its scripts have run. */
  readonly visit: (path: string, options?: BrowserContextOptions) => Promise<Page>;
  /** What went wrong so far in the test that runs; what it takes out is forgiven. */
  readonly problems: string[];
}

let connected: Promise<Browser> | undefined;

/**
 * For a group of tests: each fails as well where a page reports an error, where something of it cannot
 * be loaded, and where it asks anything of another host.
 */
export function openVisits(): Visits {
  const problems: string[] = [];
  afterEach(async () => {
    const browser = await connected;
    await Promise.all(browser?.contexts().map((context) => context.close()) ?? []);
    const found = problems.splice(0);
    if (found.length > 0) throw new Error(`the pages have problems:\n${found.join('\n')}`);
  });
  return {
    problems,
    visit: async (path, options) => {
      connected ??= chromium.connect(inject('browser'), { timeout: 120_000 });
      return open(await connected, { path, options, problems });
    },
  };
}

interface Request {
  readonly path: string;
  readonly options: BrowserContextOptions | undefined;
  readonly problems: string[];
}

async function open(browser: Browser, { path, options, problems }: Request): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: WIDTHS.desk, height: HEIGHT },
    reducedMotion: 'reduce',
    ...options,
  });
  context.setDefaultTimeout(60_000);
  context.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== SITE && protocol !== 'data:') problems.push(`asks for ${request.url()}`);
  });
  const page = await context.newPage();
  page.on('pageerror', (error) => problems.push(`throws ${error.message}`));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(`says ${message.text()}`);
  });
  await page.goto(SITE + path);
  if (options?.javaScriptEnabled !== false) await untilAlive(page);
  return page;
}

/** Resolves when the scripts of the page have taken over what the server sent. */
export async function untilAlive(page: Page): Promise<void> {
  await page.waitForFunction(`document.querySelector('#app')?.__vue_app__ !== undefined`);
  await page.locator('#app > *').first().waitFor();
}

/** How wide the page is, in CSS pixels, what has to be scrolled to included. */
export function widthOf(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth');
}

/** Resolves when an element begins within the window, where its reader finds it. */
export async function expectInSight(element: Locator): Promise<void> {
  const isInSight = async (): Promise<boolean> => {
    const top = (await element.boundingBox())?.y ?? Number.NaN;
    return top >= 0 && top < HEIGHT;
  };
  await expect.poll(isInSight, { timeout: 60_000 }).toBe(true);
}
