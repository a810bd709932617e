// Undos without approvals: conflicts and what is done about them, and the undo of an undo.

import { expect, test, transactionOf } from './browser.js';

test('a conflict is settled by a policy, and the undo is itself undone', async ({
  as,
  cluster,
}) => {
  const total = (id: number) => cluster.sql('desk', `SELECT total FROM invoice WHERE id = ${id}`);
  const olga = await as('olga');
  await olga.goto('/undo/desk?session=import-1');
  await olga.getByRole('button', { name: 'Plan and preview' }).click();
  await expect(olga.getByRole('heading', { name: 'Changed later' })).toBeVisible();
  await expect(olga.getByRole('button', { name: 'Apply', exact: true })).toHaveCount(0);
  await olga.getByText('Merge', { exact: true }).click();
  await olga.getByRole('button', { name: 'Plan anew with this' }).click();
  await expect(olga.getByText('Tried and taken back')).toBeVisible();
  expect(total(1)).toBe('325.00');

  await olga.getByLabel('Reason').fill('the price list was wrong');
  await olga.getByRole('button', { name: 'Apply', exact: true }).click();
  await expect(olga.getByText('Taken back', { exact: true })).toBeVisible();
  expect(total(1)).toBe('3.25');
  // What kim corrected by hand stays.
  expect(total(4)).toBe('19.00');

  await olga.getByRole('link', { name: 'Undo this undo' }).click();
  await olga.getByRole('button', { name: 'Plan and preview' }).click();
  await olga.getByLabel('Reason').fill('it was right after all');
  await olga.getByRole('button', { name: 'Apply', exact: true }).click();
  await expect(olga.getByText('Taken back', { exact: true })).toBeVisible();
  expect(total(1)).toBe('325.00');
});

test('a plan is shared by its address, and is stopped by rows that changed', async ({
  as,
  cluster,
}) => {
  const olga = await as('olga');
  await olga.goto(`/undo/desk?transactions=${transactionOf(cluster, 'desk', 'a duplicate')}`);
  await olga.getByRole('button', { name: 'Plan and preview' }).click();
  await expect(olga.getByText('Tried and taken back')).toBeVisible();

  const oscar = await as('oscar');
  await oscar.goto(olga.url());
  await expect(oscar.getByText('public.customer').first()).toBeVisible();
  await expect(oscar.getByText('Customer 7')).toBeVisible();

  cluster.sql(
    'desk',
    "INSERT INTO customer (id, name, email) VALUES (7, 'Somebody else', 'new.7@example.com')",
  );
  await olga.getByLabel('Reason').fill('no duplicate');
  await olga.getByRole('button', { name: 'Apply', exact: true }).click();
  await expect(olga.getByText('It could not be applied')).toBeVisible();
  await expect(olga.getByRole('alert')).toContainText(/nothing was changed/i);
  expect(cluster.sql('desk', 'SELECT name FROM customer WHERE id = 7')).toBe('Somebody else');
});

test('a selection that says nothing is not planned', async ({ as }) => {
  const olga = await as('olga');
  await olga.goto('/undo/desk');
  await olga.getByRole('button', { name: 'Plan and preview' }).click();
  await expect(olga.getByText('Give at least one thing')).toBeVisible();
  await olga.getByLabel('Session').fill('nobody-ever');
  await olga.getByRole('button', { name: 'Plan and preview' }).click();
  await expect(olga.getByRole('alert')).toContainText(/nothing to undo/i);
});
