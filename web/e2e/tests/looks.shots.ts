// Pictures of every page and state in both themes, on a desk and on a phone, into the folder
// PGRECALL_SHOTS.

import { join } from 'node:path';

import type { Page } from '@playwright/test';

import { expect, PHONE, test, transactionOf } from './browser.js';
import { PAGES } from './pages.js';

const folder = process.env.PGRECALL_SHOTS ?? 'screenshots';
const DESK = { width: 1440, height: 900 };

/** All looks of what the page shows now. */
async function take(page: Page, name: string): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  for (const [size, viewport] of Object.entries({ desk: DESK, phone: PHONE })) {
    await page.setViewportSize(viewport);
    await expect(page.locator('.rec-skeleton')).toHaveCount(0);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const path = join(folder, `${name}-${size}-${colorScheme}.png`);
      await page.screenshot({ path, animations: 'disabled' });
    }
  }
}

for (const { name, who, path } of PAGES) {
  test(name, async ({ as }) => {
    const page = await as(who, { viewport: DESK });
    await page.goto(path);
    await take(page, name);
  });
}

for (const [name, path] of [
  ['plan-conflict', '/undo/desk?session=import-1'],
  ['plan-ready', '/undo/desk?session=kim-2'],
  ['plan-to-approve', '/undo/events?session=desk-7c21'],
] as const) {
  test(name, async ({ as }) => {
    const page = await as('olga', { viewport: DESK });
    await page.goto(path);
    await page.getByRole('button', { name: 'Plan and preview' }).click();
    await expect(page.getByRole('heading', { name: 'What would happen' })).toBeVisible();
    await expect(page.getByText('Trying it')).toHaveCount(0);
    await take(page, name);
  });
}

test('timeline-details', async ({ as, cluster }) => {
  const tx = transactionOf(cluster, 'events', 'clean up test prizes');
  const page = await as('olga', { viewport: DESK });
  await page.goto(`/timeline/events?q=actor:support-7&tx=${tx}`);
  await expect(page.getByRole('complementary', { name: 'Details' })).toBeVisible();
  await take(page, 'timeline-details');
});

test('approval', async ({ as }) => {
  const olga = await as('olga', { viewport: DESK });
  await olga.goto('/undo/events?session=desk-7c21');
  await olga.getByRole('button', { name: 'Plan and preview' }).click();
  await olga.getByLabel('Reason').fill('prizes and payments were lost by mistake');
  await olga.getByRole('button', { name: 'Ask for approval' }).click();
  await expect(olga.getByText('Approval is asked for')).toBeVisible();
  await take(olga, 'plan-asked');
  const paul = await as('paul', { viewport: DESK });
  await paul.goto('/approvals');
  await expect(paul.getByText('prizes and payments were lost').first()).toBeVisible();
  await take(paul, 'approvals-waiting');
  await paul.getByRole('link', { name: /prizes and payments were lost/ }).click();
  await expect(paul.getByLabel('Code of your second factor')).toBeVisible();
  await take(paul, 'approval');
});

test('break-glass', async ({ as, codeOf }) => {
  const oscar = await as('oscar', { viewport: DESK });
  await oscar.goto('/undo/events?actor=support-3&tables=public.registrant');
  await oscar.getByRole('button', { name: 'Plan and preview' }).click();
  await oscar.getByRole('button', { name: 'Apply without approval' }).click();
  const dialog = oscar.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('mails go astray right now');
  await dialog.getByLabel('Code of your second factor').fill(await codeOf('oscar'));
  await dialog.getByRole('button', { name: 'Apply without approval' }).click();
  await expect(oscar.getByText('Taken back', { exact: true })).toBeVisible();
  await take(oscar, 'plan-applied');
  const paul = await as('paul', { viewport: DESK });
  await paul.goto('/approvals?list=reviews');
  await expect(paul.getByText('mails go astray right now')).toBeVisible();
  await take(paul, 'reviews');
});
