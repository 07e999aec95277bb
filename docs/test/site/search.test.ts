import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { NO_BROWSER, openVisits, WIDTHS, widthOf } from './visit.ts';

/** Opens the search by keyboard, types, and resolves when a result leads to the address. */
async function search(page: Page, words: string, address: string): Promise<void> {
  await page.keyboard.press('Control+k');
  const input = page.getByRole('searchbox');
  await input.fill(words);
  await page.locator(`.VPLocalSearchBox .result[href^="${address}"]`).first().waitFor();
}

describe.skipIf(NO_BROWSER)('search', () => {
  const { visit } = openVisits();

  test('leads to a rule by its id', async () => {
    const page = await visit('/');
    await search(page, 'ENV-FRESH', '/rules/ENV-FRESH');
    const first = page.locator('.VPLocalSearchBox .result').first();
    expect(await first.getAttribute('href')).toContain('/rules/ENV-FRESH');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/rules/ENV-FRESH*');
    await page.locator('main h1', { hasText: 'ENV-FRESH' }).waitFor();
  });

  test('leads to a guide by what it is about, with the arrow keys', async () => {
    const page = await visit('/');
    await search(page, 'graceful restart workers', '/guide/operating');
    const results = page.locator('.VPLocalSearchBox .result');
    const found = await results.all();
    const links = await Promise.all(found.map((result) => result.getAttribute('href')));
    const chosen = links.findIndex((link) => link?.startsWith('/guide/operating'));
    for (let step = 0; step < chosen; step += 1) await page.keyboard.press('ArrowDown');
    await page.locator('.result.selected[href^="/guide/operating"]').waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/guide/operating**');
    await page.locator('main h1', { hasText: 'Operating a server' }).waitFor();
    expect(await page.locator('.VPLocalSearchBox').count()).toBe(0);
  });

  test('needs no network once the page is there', async () => {
    const page = await visit('/');
    await search(page, 'start', '/start/');
    await page.context().setOffline(true);
    await search(page, 'FastCGI', '/guide/');
    expect(await page.locator('.VPLocalSearchBox .result').count()).toBeGreaterThan(3);
  });

  test('says where there is nothing, and closes with Escape', async () => {
    const page = await visit('/');
    await page.keyboard.press('Control+k');
    await page.getByRole('searchbox').fill('xyzzyplugh');
    await page.getByText('No results for').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.VPLocalSearchBox').waitFor({ state: 'detached' });
    expect(new URL(page.url()).pathname).toBe('/');
  });

  test('fits a phone', async () => {
    const page = await visit('/', { viewport: { width: WIDTHS.phone, height: 844 } });
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('searchbox').fill('start_response');
    await page.locator('.VPLocalSearchBox .result').first().waitFor();
    expect(await widthOf(page)).toBe(WIDTHS.phone);
  });
});
