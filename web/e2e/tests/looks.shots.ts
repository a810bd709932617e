// Pictures of every page in both themes, and of some on a phone, into the folder PGRECALL_SHOTS.

import { join } from 'node:path';

import { expect, PHONE, test } from './browser.js';
import { PAGES } from './pages.js';

const folder = process.env.PGRECALL_SHOTS ?? 'screenshots';
const DESKTOP = { width: 1440, height: 900 };

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [size, viewport] of [
    ['desktop', DESKTOP],
    ['phone', PHONE],
  ] as const) {
    for (const { name, who, path } of PAGES) {
      test(`${name} ${size} ${colorScheme}`, async ({ as }) => {
        const page = await as(who, { colorScheme, viewport });
        await page.goto(path);
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
        await expect(page.locator('.rec-skeleton')).toHaveCount(0);
        await page.screenshot({ path: join(folder, `${name}-${size}-${colorScheme}.png`) });
      });
    }
    for (const [name, path] of [
      ['plan-conflict', '/undo/desk?session=import-1'],
      ['plan-ready', '/undo/desk?session=kim-2'],
      ['plan-to-approve', '/undo/events?session=desk-7c21'],
    ] as const) {
      test(`${name} ${size} ${colorScheme}`, async ({ as }) => {
        const page = await as('olga', { colorScheme, viewport });
        await page.goto(path);
        await page.getByRole('button', { name: 'Plan and preview' }).click();
        await expect(page.getByRole('heading', { name: 'What would happen' })).toBeVisible();
        await expect(page.getByText('Trying it')).toHaveCount(0);
        await page.screenshot({ path: join(folder, `${name}-${size}-${colorScheme}.png`) });
      });
    }
  }
}
