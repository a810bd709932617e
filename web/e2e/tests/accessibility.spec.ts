// axe finds nothing on any page, in either theme, nor on a phone.

import AxeBuilder from '@axe-core/playwright';

import { expect, PHONE, test } from './browser.js';
import { PAGES } from './pages.js';

const LOOKS = [
  { look: 'light', options: { colorScheme: 'light' } },
  { look: 'dark', options: { colorScheme: 'dark' } },
  { look: 'phone', options: { colorScheme: 'light', viewport: PHONE } },
] as const;

for (const { name, who, path } of PAGES) {
  for (const { look, options } of LOOKS) {
    test(`${name} has no barrier (${look})`, async ({ as }) => {
      const page = await as(who, options);
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expect(page.locator('.rec-skeleton')).toHaveCount(0);
      const { violations } = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
        .analyze();
      const told = violations.map(
        ({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200) ?? ''}`,
      );
      expect(told).toEqual([]);
      // Nothing sticks out of a phone.
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width).toBeLessThanOrEqual(page.viewportSize()?.width ?? 0);
    });
  }
}
