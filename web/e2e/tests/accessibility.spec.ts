// axe finds nothing on any page, in either theme, nor on a phone.

import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

import { expect, PHONE, test } from './browser.js';
import { PAGES } from './pages.js';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe has to say, a line for each rule that is broken. */
async function barriers(page: Page, narrowed = (axe: AxeBuilder) => axe): Promise<string[]> {
  // What fades in while axe looks has no colours yet; what pulses for ever is there already.
  await page.evaluate(async () => {
    const ending = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(ending.map((animation) => animation.finished));
  });
  const { violations } = await narrowed(new AxeBuilder({ page }).withTags(RULES)).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200) ?? ''}`);
}

for (const { name, who, path } of PAGES) {
  test(`${name} has no barrier`, async ({ as }) => {
    const page = await as(who, { colorScheme: 'light' });
    await page.goto(path);
    const isReady = async () => {
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expect(page.locator('.rec-skeleton')).toHaveCount(0);
    };
    await isReady();
    expect(await barriers(page)).toEqual([]);
    // The other theme has other colours, and nothing else of its own.
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await barriers(page, (axe) => axe.withRules('color-contrast'))).toEqual([]);
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize(PHONE);
    await isReady();
    // A phone has another layout, and the same colours.
    expect(await barriers(page, (axe) => axe.disableRules('color-contrast'))).toEqual([]);
    // Nothing sticks out of a phone.
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(PHONE.width);
  });
}
