// Whole flows with the keyboard alone.

import type { Page } from '@playwright/test';

import { PASSWORD } from '../stage/people.js';
import { expect, test } from './browser.js';

/** Goes on with Tab until what has the focus is called so. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let steps = 0; steps < 80; steps += 1) {
    await page.keyboard.press('Tab');
    const focused = page.locator(':focus');
    if ((await focused.count()) === 0) continue;
    const said = await focused.evaluate((element) =>
      [
        element.getAttribute('aria-label'),
        element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement
          ? [...(element.labels ?? [])].map((label) => label.textContent).join(' ')
          : // What merely scrolls has the focus, too, and all of its text.
            element.closest('a, button')?.textContent,
      ].join(' '),
    );
    if (name.test(said)) return;
  }
  throw new Error(`no way to ${String(name)} with the keyboard`);
}

test('somebody signs in with the keyboard alone', async ({ as }) => {
  const page = await as(undefined);
  await page.goto('/timeline/desk');
  await expect(page).toHaveURL(/sign-in/);
  await tabTo(page, /name/i);
  await page.keyboard.type('audrey');
  await tabTo(page, /password/i);
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/timeline\/desk/);
});

test('an undo is planned and previewed with the keyboard alone', async ({ as }) => {
  const page = await as('oscar');
  await page.goto('/undo/desk');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await tabTo(page, /^\s*Session/);
  await page.keyboard.type('kim-1');
  await tabTo(page, /Plan and preview/);
  await page.keyboard.press('Enter');
  await expect(page.getByText('Tried and taken back')).toBeVisible();
  await tabTo(page, /Reason/);
  await page.keyboard.type('only to see whether it can be done');
  await tabTo(page, /^\s*Apply$/);
});
