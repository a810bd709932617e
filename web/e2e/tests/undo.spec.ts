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

test('a field is restored to what it was at a moment of its record', async ({ as, cluster }) => {
  const row = () => cluster.sql('desk', 'SELECT name, notes, balance FROM customer WHERE id = 42');
  const say = (reason: string, set: string) =>
    cluster.sql(
      'desk',
      `BEGIN; SELECT recall.set_context('{"actor": "kim", "reason": "${reason}"}'); UPDATE customer SET ${set} WHERE id = 42; COMMIT`,
    );
  say('a new flat', "notes = 'rings twice'");
  say('the wrong customer', "notes = 'never rings', balance = 0");
  expect(row()).toBe('Customer 42|never rings|0.00');

  const olga = await as('olga');
  await olga.goto('/record/desk?table=public.customer&key=id%3D42');
  await expect(olga.getByText('the wrong customer')).toBeVisible();
  await olga.getByRole('button', { name: 'Earlier' }).click();
  await expect(olga.getByRole('region', { name: 'As it was' })).toContainText('rings twice');
  await olga.getByRole('link', { name: 'Restore notes to this' }).click();
  await expect(olga.getByLabel('Columns', { exact: true })).toHaveValue('notes');
  await olga.getByRole('button', { name: 'Plan and preview' }).click();
  await expect(olga.getByText('Tried and taken back')).toBeVisible();
  await olga.getByLabel('Reason').fill('rings twice after all');
  await olga.getByRole('button', { name: 'Apply', exact: true }).click();
  await expect(olga.getByText('Taken back', { exact: true })).toBeVisible();
  // Only that field: the balance was not asked for.
  expect(row()).toBe('Customer 42|rings twice|0.00');

  // And the whole record, to before all of it.
  await olga.goto('/record/desk?table=public.customer&key=id%3D42&step=0');
  await olga.getByRole('link', { name: 'Restore the record to this' }).click();
  await olga.getByRole('button', { name: 'Plan and preview' }).click();
  await olga.getByLabel('Reason').fill('all of it was wrong');
  await olga.getByRole('button', { name: 'Apply', exact: true }).click();
  await expect(olga.getByText('Taken back', { exact: true })).toBeVisible();
  expect(row()).toBe('Customer 42||441.00');
});

test('a plan that expired is made anew', async ({ as, cluster }) => {
  const olga = await as('olga');
  await olga.goto('/undo/desk?actor=import&tables=public.wide');
  await olga.getByRole('button', { name: 'Plan and preview' }).click();
  await expect(olga.getByText('Tried and taken back')).toBeVisible();
  const stale = olga.url();
  const id = /undo\/desk\/([^?]+)/.exec(stale)?.[1] ?? '';
  cluster.sql(
    'home',
    `UPDATE recall_control.plan SET expires_at = now() - interval '1 minute' WHERE id = '${id}'`,
  );
  await olga.reload();
  await expect(olga.getByText('Expired', { exact: true })).toBeVisible();
  await expect(olga.getByRole('button', { name: 'Apply', exact: true })).toHaveCount(0);
  await olga.getByRole('button', { name: 'Plan anew' }).click();
  await expect(olga.getByText('Tried and taken back')).toBeVisible();
  expect(olga.url()).not.toBe(stale);
});
