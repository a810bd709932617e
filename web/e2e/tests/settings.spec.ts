// Users, tokens and the log of pgRecall itself.

import { expect, test } from './browser.js';

test('a token is shown once, works, and is taken away', async ({ as, scene }) => {
  const olga = await as('olga');
  await olga.goto('/settings/tokens');
  await olga.getByRole('button', { name: 'New token' }).click();
  const dialog = olga.getByRole('dialog');
  await dialog.getByLabel('What it is for').fill('an export');
  await dialog.getByRole('button', { name: 'Make it' }).click();
  await expect(dialog.getByText('It is shown once')).toBeVisible();
  const token = await dialog.locator('code').innerText();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  const headers = { authorization: `Bearer ${token}` };
  const ask = async () => (await fetch(`${scene.url}/v1/targets`, { headers })).status;
  expect(await ask()).toBe(200);
  const row = olga.getByRole('row', { name: /an export/ });
  await row.getByRole('button', { name: 'Take away' }).click();
  await expect(row).toContainText('not good any more');
  expect(await ask()).toBe(401);
});

test('a user is added with roles, and disabled', async ({ as }) => {
  const ada = await as('ada');
  await ada.goto('/settings/users');
  await ada.getByRole('button', { name: 'Add a user' }).click();
  const dialog = ada.getByRole('dialog');
  await dialog.getByLabel('Name, in lower case').fill('nina');
  await dialog.getByRole('button', { name: 'Add a user' }).click();
  await expect(dialog.locator('code')).toContainText('invitation=');
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  const row = ada.getByRole('row', { name: /nina/ });
  await expect(row).toContainText('auditor');
  await row.getByRole('button', { name: /Manage/ }).click();
  await ada.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
  await expect(row).toContainText('disabled');
});

test('the log tells what was done, and is searched by address', async ({ as }) => {
  const audrey = await as('audrey');
  await audrey.goto('/settings/log?action=session.open');
  await expect(audrey.getByRole('row').nth(1)).toContainText('session.open');
  await audrey.getByLabel('User').fill('vera');
  await audrey.getByRole('button', { name: 'Show' }).click();
  await expect(audrey).toHaveURL(/actor=vera/);
  await expect(audrey.getByRole('row').nth(1)).toContainText('vera');
});

test('what one is told by mail is a choice that stays', async ({ as }) => {
  const olga = await as('olga');
  await olga.goto('/settings/notifications');
  const gaps = olga.getByRole('radiogroup', { name: 'Something may be missing in the journal' });
  await expect(gaps.getByRole('radio', { name: /^as usual/ })).toBeChecked();
  await gaps.getByRole('radio', { name: 'yes', exact: true }).click();
  await expect(gaps.getByRole('radio', { name: 'yes', exact: true })).toBeChecked();
  await olga.reload();
  await expect(gaps.getByRole('radio', { name: 'yes', exact: true })).toBeChecked();
  // A viewer is not even offered what only others may know.
  const vera = await as('vera');
  await vera.goto('/settings/notifications');
  await expect(vera.getByRole('radiogroup', { name: /may be missing/ })).toBeVisible();
  await expect(vera.getByRole('radiogroup', { name: /without approval/ })).toHaveCount(0);
});

test('a channel is tried, and what became of the message is shown', async ({ as }) => {
  const ada = await as('ada');
  await ada.goto('/settings/channels');
  const deliveries = ada.getByRole('table', { name: 'Deliveries' });
  await ada.getByRole('button', { name: 'Try it: duty' }).click();
  await expect(ada.getByRole('button', { name: 'Try it: duty' })).toHaveText('On its way');
  await expect(async () => {
    await ada.reload();
    await expect(deliveries.getByRole('row', { name: /test.*duty/ })).toContainText('arrived', {
      timeout: 1000,
    });
  }).toPass();
});
