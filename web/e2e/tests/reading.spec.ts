// What the journal tells: changes as they happen, records with their history.

import { expect, test } from './browser.js';

test('a change that somebody makes with psql appears on the timeline', async ({ as, cluster }) => {
  const olga = await as('olga');
  await olga.goto('/timeline/desk');
  await expect(olga.getByText('Live')).toBeVisible();
  const before = Date.now();
  cluster.sql(
    'desk',
    'BEGIN; SELECT recall.set_context(\'{"actor": "somebody-at-psql"}\'); UPDATE customer SET notes = \'called\' WHERE id = 300; COMMIT',
  );
  await expect(olga.getByRole('row', { name: /somebody-at-psql/ })).toBeVisible();
  test.info().annotations.push({ type: 'seen after', description: `${Date.now() - before} ms` });
});

test('a record shows who changed it, and leads to taking that back', async ({ as }) => {
  const olga = await as('olga');
  await olga.goto('/record/desk?table=public.invoice&key=id%3D4');
  await expect(olga.getByText('called by the customer')).toBeVisible();
  await expect(olga.getByText('new price list')).toBeVisible();
});

test('a record is seen as it was', async ({ as }) => {
  const olga = await as('olga');
  await olga.goto('/record/desk?table=public.invoice&key=id%3D4');
  const slider = olga.getByRole('slider').first();
  await slider.focus();
  await olga.keyboard.press('Home');
  await expect(olga.getByText('13.00').first()).toBeVisible();
});

test('a viewer sees only what belongs to the tenant', async ({ as }) => {
  const vera = await as('vera');
  await vera.goto('/timeline/events');
  await expect(vera.getByRole('row').nth(1)).toBeVisible();
  await expect(vera.getByText('aurora-talks')).toHaveCount(0);
  await vera.goto('/timeline/desk');
  await expect(
    vera.getByRole('heading', { level: 1, name: 'There is no such target' }),
  ).toBeVisible();
});

test('a search is saved, found again by others, and forgotten', async ({ as }) => {
  const olga = await as('olga');
  await olga.goto('/timeline/desk?q=actor:import table:invoice');
  await olga.getByRole('button', { name: 'Saved' }).click();
  await olga.getByRole('menuitem', { name: 'Save this search' }).click();
  const dialog = olga.getByRole('dialog');
  await dialog.getByLabel('Name').fill('price lists');
  await dialog.getByRole('radio', { name: 'Everybody' }).click();
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(dialog).toHaveCount(0);

  const audrey = await as('audrey');
  await audrey.goto('/timeline/desk');
  await audrey.getByRole('button', { name: 'Saved' }).click();
  await audrey.getByRole('menuitem', { name: /price lists/ }).click();
  await expect(audrey).toHaveURL(/actor(:|%3A)import/);
  await expect(audrey.getByRole('row', { name: /new price list/ })).toBeVisible();
  // It is not hers to forget.
  await audrey.getByRole('button', { name: 'Saved' }).click();
  await audrey.getByRole('menuitem', { name: 'Forget one' }).click();
  await expect(audrey.getByRole('dialog')).toContainText('You have saved none yet.');

  await olga.getByRole('button', { name: 'Saved' }).click();
  await olga.getByRole('menuitem', { name: 'Forget one' }).click();
  await olga.getByRole('button', { name: 'Forget price lists' }).click();
  await expect(olga.getByRole('dialog')).toContainText('You have saved none yet.');
});
