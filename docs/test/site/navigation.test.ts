import { describe, expect, test } from 'vitest';
import { expectInSight, NO_BROWSER, openVisits, untilAlive, WIDTHS } from './visit.ts';

const PHONE = { viewport: { width: WIDTHS.phone, height: 844 } };

describe.skipIf(NO_BROWSER)('navigation', () => {
  const { visit, problems } = openVisits();

  test('leads from the first page to each part of the site', async () => {
    const page = await visit('/');
    const nav = page.getByRole('navigation', { name: 'Main Navigation' });
    const parts = ['Start', 'Guide', 'Specification', 'Conformance', 'Reference'];
    for (const part of parts) {
      const link = nav.getByRole('link', { name: part, exact: true });
      await link.click();
      await page.waitForURL(`**/${(await link.getAttribute('href'))?.slice(1)}`);
      await nav.locator('.active', { hasText: part }).waitFor();
      await page.locator('.VPDoc h1').waitFor();
      expect(await nav.locator('a.active').count()).toBe(1);
    }
  });

  test('shows the place of a page in the sidebar and leads to the next page', async () => {
    const page = await visit('/guide/operating');
    const sidebar = page.getByRole('navigation', { name: 'Sidebar Navigation' });
    const title = await page.locator('main h1').innerText();
    const current = sidebar.locator('.is-active > .item .text');
    expect(title).toContain(await current.last().innerText());
    const next = page.locator('.pager-link.next');
    const address = await next.getAttribute('href');
    const name = await next.locator('.title').innerText();
    await next.click();
    await page.waitForURL(`**${address}`);
    await page.locator('main h1', { hasText: name }).waitFor();
    await page.locator('.pager-link.prev').click();
    await page.waitForURL('**/guide/operating');
  });

  test('begins with a link past the navigation', async () => {
    const page = await visit('/guide/operating');
    await page.keyboard.press('Tab');
    const skip = page.getByRole('link', { name: 'Skip to content' });
    await skip.and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('#VPContent:focus').waitFor();
    await page.keyboard.press('Tab');
    expect(await page.locator('#VPContent :focus').count()).toBe(1);
  });

  test('leads from a missing page to the first one', async () => {
    const page = await visit('/no/such-page');
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    await page.getByRole('link', { name: 'go to the first page' }).click();
    await page.waitForURL('**/');
    await page.locator('main h1, h1').first().waitFor();
    // The browser reports the status of the missing page.
    expect(problems.splice(0)).toEqual([expect.stringContaining('404')]);
  });

  test('opens as a menu on a phone', async () => {
    const page = await visit('/guide/operating', PHONE);
    await page.getByRole('button', { name: 'mobile navigation' }).click();
    const screen = page.locator('.VPNavScreen');
    await screen.getByRole('link', { name: 'Specification', exact: true }).click();
    await page.waitForURL('**/spec/');
    await screen.waitFor({ state: 'detached' });
    expect(await page.locator('main h1').isVisible()).toBe(true);
  });

  test('opens the sidebar on a phone and closes it again', async () => {
    const page = await visit('/guide/operating', PHONE);
    const button = page.locator('.VPLocalNav .menu');
    const sidebar = page.getByRole('navigation', { name: 'Sidebar Navigation' });
    await button.click();
    await sidebar.waitFor();
    expect(await button.getAttribute('aria-expanded')).toBe('true');
    await sidebar.getByRole('link', { name: 'Environ', exact: false }).first().click();
    await page.waitForURL('**/guide/environ');
    await sidebar.waitFor({ state: 'hidden' });
  });

  test('keeps the place on a page that is loaded again', async () => {
    const page = await visit('/spec/tsgi-1.0#env-fresh');
    await page.reload();
    await untilAlive(page);
    await expectInSight(page.locator('#env-fresh'));
  });
});
