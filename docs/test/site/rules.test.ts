import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { expectInSight, NO_BROWSER, openVisits, untilAlive } from './visit.ts';

/** Follows a link of the page's text until what it leads to is in sight. */
async function expectToLead(page: Page, link: string, target: string): Promise<void> {
  await page.locator(`main a[href="${link}"]`).first().click();
  await page.waitForURL(`**${link}`);
  await expectInSight(page.locator(`main ${target}`).first());
}

describe.skipIf(NO_BROWSER)('a rule', () => {
  const { visit } = openVisits();

  test('leads from text to check, mutant, result and back, a click each', async () => {
    const page = await visit('/spec/tsgi-1.0#env-fresh');
    await expectToLead(page, '/rules/ENV-FRESH', 'h1');
    await expectToLead(page, '/conformance/mutants#s105', '#s105');
    await expectToLead(page, '/rules/ENV-FRESH#env-fresh-two-requests', '#env-fresh-two-requests');
    await expectToLead(page, '/conformance/net#rule-env-fresh', '#rule-env-fresh');
    await expectToLead(page, '/rules/ENV-FRESH', 'h1');
    await expectToLead(page, '/spec/tsgi-1.0#env-fresh', '#env-fresh');
  });

  test('shows what the kit knows beside its text, by keyboard', async () => {
    const page = await visit('/spec/tsgi-1.0#env-fresh');
    const rule = page.locator('.rule', { has: page.locator('#env-fresh') });
    await rule.locator('summary').focus();
    await page.keyboard.press('Enter');
    await rule.getByRole('link', { name: 'ENV-FRESH.two-requests' }).waitFor();
    expect(await rule.locator('.rule-results li').count()).toBeGreaterThan(5);
  });

  test('leads from its check to the line of the source', async () => {
    const page = await visit('/rules/ENV-FRESH');
    await page.getByRole('link', { name: 'source', exact: true }).first().click();
    await page.waitForURL('**/source/conformance/**#L*');
    const line = page.locator(new URL(page.url()).hash);
    await line.waitFor();
    expect(await line.innerText()).not.toBe('');
  });
});

/** Rows of the list that can be seen. */
function shownRows(page: Page) {
  return page.locator('#rules-table tbody tr:visible');
}

/** Resolves when the list says that it shows as many rules as it does. */
async function countShown(page: Page): Promise<number> {
  const shown = await shownRows(page).count();
  await page.locator('.rule-filter .count', { hasText: new RegExp(`^${shown} of `) }).waitFor();
  return shown;
}

describe.skipIf(NO_BROWSER)('the list of rules', () => {
  const { visit } = openVisits();

  test('is a table without scripts', async () => {
    const page = await visit('/rules/', { javaScriptEnabled: false });
    expect(await shownRows(page).count()).toBeGreaterThan(380);
    expect(await page.locator('.rule-filter').isVisible()).toBe(false);
  });

  test('is narrowed by a list, and the address says so', async () => {
    const page = await visit('/rules/');
    const all = await countShown(page);
    await page.getByLabel('Level').selectOption('SHOULD');
    const should = await countShown(page);
    expect(should).toBeGreaterThan(0);
    expect(should).toBeLessThan(all);
    expect(new URL(page.url()).search).toBe('?level=SHOULD');
    const levels = await shownRows(page).locator('td:nth-child(2)').allInnerTexts();
    expect(new Set(levels)).toEqual(new Set(['SHOULD']));
  });

  test('keeps its filters when it is loaded again', async () => {
    const page = await visit('/rules/?role=server&q=environ');
    const before = await countShown(page);
    await page.getByLabel('Profile').selectOption('core');
    const after = await countShown(page);
    expect(after).toBeLessThanOrEqual(before);
    await page.reload();
    await untilAlive(page);
    await page.locator('.rule-filter').waitFor();
    expect(await countShown(page)).toBe(after);
    expect(await page.getByLabel('Words').inputValue()).toBe('environ');
    expect(await page.getByLabel('Profile').inputValue()).toBe('core');
    expect(await page.getByLabel('Role').inputValue()).toBe('server');
  });

  test('is filtered and cleared by keyboard alone', async () => {
    const page = await visit('/rules/');
    const all = await countShown(page);
    await page.getByLabel('Words').focus();
    await page.keyboard.type('ENV-FRESH');
    expect(await countShown(page)).toBeLessThan(5);
    await page.keyboard.press('Tab');
    await page.getByLabel('Level').and(page.locator(':focus')).waitFor();
    await page.getByRole('button', { name: 'Clear' }).focus();
    await page.keyboard.press('Enter');
    expect(await countShown(page)).toBe(all);
    expect(new URL(page.url()).search).toBe('');
  });

  test('is entered with a filter from the tag of a rule', async () => {
    const page = await visit('/rules/ENV-FRESH');
    await page.locator('main .tag', { hasText: 'MUST' }).click();
    await page.waitForURL('**/rules/?level=MUST');
    await page.locator('.rule-filter').waitFor();
    await page.locator('#rules-table').waitFor();
    expect(await page.getByLabel('Level').inputValue()).toBe('MUST');
    const levels = await shownRows(page).locator('td:nth-child(2)').allInnerTexts();
    expect(new Set(levels)).toEqual(new Set(['MUST']));
    await countShown(page);
  });
});
