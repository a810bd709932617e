// Security keys, with the authenticator that Chromium brings for tests: what a key signs is checked by
// the server as that of any other key.

import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

import { PASSWORD } from '../stage/people.js';
import { expect, test } from './browser.js';

/** A key that is plugged in and touched at once. */
async function plugIn(page: Page): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'usb',
      hasResidentKey: false,
      hasUserVerification: false,
      isUserVerified: false,
      automaticPresenceSimulation: true,
    },
  });
}

async function expectAccessible(page: Page): Promise<void> {
  // React Aria reads aloud there what a button does meanwhile, by a name that is gone by then.
  const axe = new AxeBuilder({ page }).exclude('[data-live-announcer]');
  const { violations } = await axe.analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([]);
}

test('a key is added, lets its user in, approves, and goes', async ({
  as,
  scene,
  cluster,
  codeOf,
}) => {
  cluster.sql(
    'events',
    `BEGIN; SELECT recall.set_context('{"actor": "slip-1"}'::jsonb);
     UPDATE organiser SET plan = 'enterprise' WHERE id = 1; COMMIT`,
  );
  const olga = await as('olga');
  await olga.goto('/undo/events?actor=slip-1');
  await olga.getByRole('button', { name: 'Plan and preview' }).click();
  await olga.getByLabel('Reason').fill('a slip of the desk');
  await olga.getByRole('button', { name: 'Ask for approval' }).click();
  await expect(olga.getByText('Approval is asked for')).toBeVisible();

  // Browsers make no keys for addresses of numbers.
  const here = scene.url.replace('127.0.0.1', 'localhost');
  const paul = await as(undefined);
  const password = async () => {
    await paul.getByLabel('Name').fill('paul');
    await paul.getByLabel('Password').fill(PASSWORD);
    await paul.getByRole('button', { name: 'Sign in' }).click();
  };

  // In by a code, as there is no key yet.
  await paul.goto(`${here}/sign-in?next=%2Fsettings%2Faccount`);
  await plugIn(paul);
  await password();
  await expect(paul.getByRole('button', { name: 'Use a security key' })).toHaveCount(0);
  await paul.getByLabel('Code of your second factor').fill(await codeOf('paul'));
  await paul.getByRole('button', { name: 'Confirm' }).click();
  await expect(paul).toHaveURL(/settings\/account/);

  // The key is added by who shows the device.
  await paul.getByRole('button', { name: 'Add a security key' }).click();
  const dialog = paul.getByRole('dialog');
  await dialog.getByLabel('Name of the key').fill('blue key');
  await dialog.getByLabel('Code of your second factor').fill('000000');
  await dialog.getByRole('button', { name: 'Continue' }).click();
  await expect(dialog.getByRole('alert')).toContainText('The code is wrong');
  await dialog.getByLabel('Code of your second factor').fill(await codeOf('paul'));
  await expectAccessible(paul);
  await dialog.getByRole('button', { name: 'Continue' }).click();
  await expect(dialog).toHaveCount(0);
  const row = paul.getByRole('row', { name: /blue key/ });
  await expect(row).toContainText('never');
  await row.getByRole('button', { name: 'Rename' }).click();
  await dialog.getByLabel('Name of the key').fill('green key');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(paul.getByRole('row', { name: /green key/ })).toBeVisible();
  await expectAccessible(paul);

  // Out, and in with it; also after the page was loaded anew half the way.
  await paul.context().clearCookies();
  await paul.goto(`${here}/sign-in?next=%2Fapprovals`);
  await password();
  await expect(paul.getByRole('button', { name: 'Use a security key' })).toBeVisible();
  await paul.reload();
  await expect(paul.getByText('One more step')).toBeVisible();
  await expectAccessible(paul);
  await paul.getByRole('button', { name: 'Use a security key' }).click();
  await expect(paul).toHaveURL(/\/approvals/);

  // Approved with it, in place of a code.
  await paul.getByRole('link', { name: /a slip of the desk/ }).click();
  await expectAccessible(paul);
  await paul.getByRole('button', { name: 'Use a security key' }).click();
  await expect(paul.getByText('paul approved')).toBeVisible();
  await expect(paul.getByText(/security key/).first()).toBeVisible();

  // It goes by itself.
  await paul.goto(`${here}/settings/account`);
  await expect(paul.getByRole('row', { name: /green key/ })).not.toContainText('never');
  await paul
    .getByRole('row', { name: /green key/ })
    .getByRole('button', { name: 'Remove' })
    .click();
  await dialog.getByRole('button', { name: 'Use a security key' }).click();
  await expect(paul.getByRole('row', { name: /green key/ })).toHaveCount(0);
  // The device stays.
  await expect(paul.getByText('A second factor is asked for.')).toBeVisible();
});

test('at an address of numbers a page says where keys are good', async ({ as }) => {
  const paul = await as('paul');
  await paul.goto('/settings/account');
  await expect(paul.getByRole('button', { name: 'Add a security key' })).toBeDisabled();
  await expect(paul.getByText('For security keys, open this page at')).toBeVisible();
});
