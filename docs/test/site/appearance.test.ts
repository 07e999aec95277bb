import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { findBarriers } from './axe.ts';
import { PAGES } from './page-types.ts';
import { NO_BROWSER, openVisits, untilAlive, WIDTHS, widthOf } from './visit.ts';

const PHONE = { viewport: { width: WIDTHS.phone, height: 844 } };

async function isDark(page: Page): Promise<boolean> {
  return (await page.locator('html.dark').count()) === 1;
}

function groundOf(page: Page): Promise<string> {
  return page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
}

/** The browser reports the status of a missing page itself. */
function forgive(problems: string[], path: string): void {
  if (path === PAGES['missing page']) {
    expect(problems.splice(0)).toEqual([expect.stringContaining('404')]);
  }
}

describe.skipIf(NO_BROWSER)('each type of page', () => {
  const { visit, problems } = openVisits();

  test.for(Object.entries(PAGES))(
    '%s has no barriers, in light on a desk and in dark on a phone',
    async ([, path]) => {
      const page = await visit(path, { colorScheme: 'light' });
      expect(await isDark(page)).toBe(false);
      expect(await findBarriers(page)).toEqual([]);
      await page.setViewportSize(PHONE.viewport);
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.locator('html.dark').waitFor();
      expect(await findBarriers(page)).toEqual([]);
      forgive(problems, path);
    },
  );

  test.for(Object.entries(PAGES))('%s is no wider than a phone', async ([, path]) => {
    const page = await visit(path, PHONE);
    expect(await widthOf(page)).toBe(WIDTHS.phone);
    forgive(problems, path);
  });
});

describe.skipIf(NO_BROWSER)('the search', () => {
  const { visit } = openVisits();

  test('has no barriers while it is open', async () => {
    const page = await visit('/');
    await page.keyboard.press('Control+k');
    await page.getByRole('searchbox').fill('environ');
    await page.locator('.VPLocalSearchBox .result').first().waitFor();
    expect(await findBarriers(page)).toEqual([]);
  });
});

describe.skipIf(NO_BROWSER)('dark mode', () => {
  const { visit } = openVisits();

  test('follows the system, and the choice of a reader stays', async () => {
    const page = await visit('/', { colorScheme: 'dark' });
    expect(await isDark(page)).toBe(true);
    const dark = await groundOf(page);
    await page.getByRole('switch').first().click();
    await page.locator('html:not(.dark)').waitFor();
    const light = await groundOf(page);
    expect(light).not.toBe(dark);
    await page.reload();
    await untilAlive(page);
    expect(await isDark(page)).toBe(false);
    await page.goto(new URL('/guide/operating', page.url()).href);
    await untilAlive(page);
    expect(await isDark(page)).toBe(false);
  });
});
