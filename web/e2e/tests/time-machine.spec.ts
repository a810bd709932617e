// Tables, queries and differences as of a moment.

import { readFileSync } from 'node:fs';

import { expect, test, transactionOf } from './browser.js';

test('a table is read as it was before a transaction', async ({ as, cluster }) => {
  const audrey = await as('audrey');
  const tx = transactionOf(cluster, 'desk', 'new price list');
  await audrey.goto('/time-machine/desk?table=public.invoice');
  const grid = audrey.getByRole('grid');
  await expect(grid.getByRole('row').nth(1)).toContainText('325.00');
  await audrey.getByRole('radio', { name: 'Transaction' }).click();
  await audrey.getByLabel('Transaction').last().fill(tx);
  await expect(grid.getByRole('row').nth(1)).toContainText('3.25');
  await expect(audrey.getByText('exact', { exact: true })).toBeVisible();
  // An address says all of it.
  await audrey.reload();
  await expect(grid.getByRole('row').nth(1)).toContainText('3.25');
});

test('a query of the past gives rows that can be taken along', async ({ as, cluster }) => {
  const audrey = await as('audrey');
  const tx = transactionOf(cluster, 'desk', 'a duplicate');
  await audrey.goto(`/time-machine/desk?view=query&at=before:tx:${tx}`);
  const editor = audrey.getByRole('textbox', { name: 'A SELECT over recorded tables' });
  await editor.click();
  await audrey.keyboard.type(
    'SELECT c.name, c.notes, sum(i.total) AS total FROM customer AS c JOIN invoice AS i ON i.customer_id = c.id WHERE c.id = 7 GROUP BY 1, 2',
  );
  await audrey.keyboard.press('Escape');
  await audrey.keyboard.press('Control+Enter');
  await expect(audrey.getByText('1 row', { exact: true })).toBeVisible();
  const grid = audrey.getByRole('grid');
  await expect(grid).toContainText('Customer 7');
  await expect(grid).toContainText('empty text');

  await grid.focus();
  await audrey.keyboard.press('ArrowRight');
  await audrey.keyboard.press('ArrowLeft');
  await audrey.keyboard.press('Control+c');
  expect(await audrey.evaluate(() => navigator.clipboard.readText())).toBe('Customer 7');
  const [download] = await Promise.all([
    audrey.waitForEvent('download'),
    audrey.getByRole('button', { name: 'CSV' }).click(),
  ]);
  expect(readFileSync(await download.path(), 'utf8')).toContain('"Customer 7","",');

  await audrey.goto('/time-machine/desk?view=query&sql=SELECT x FROM nowhere');
  await expect(audrey.getByRole('alert')).toContainText('nowhere');
});

test('two moments are compared, row by row', async ({ as, cluster }) => {
  const olga = await as('olga');
  const tx = transactionOf(cluster, 'desk', 'a duplicate');
  await olga.goto(`/time-machine/desk?view=compare&at=before:tx:${tx}&to=after:tx:${tx}`);
  const summary = olga.getByRole('table', { name: 'What differs' });
  await expect(summary.getByRole('row', { name: /public.customer/ })).toContainText('1');
  await expect(olga.getByText('customer.7@example.com')).toBeVisible();
  await olga.getByRole('link', { name: 'Undo what happened in between' }).click();
  await expect(olga.getByLabel('From')).toHaveValue(`before:tx:${tx}`);
});

test('the scrubber leads through time by keyboard', async ({ as }) => {
  const audrey = await as('audrey');
  await audrey.goto('/time-machine/desk?table=public.customer');
  await expect(audrey.getByRole('grid')).toContainText('Customer 1');
  const slider = audrey.getByRole('slider');
  await slider.focus();
  await audrey.keyboard.press('ArrowLeft');
  await expect(audrey).toHaveURL(/at=\d{4}-/);
  await audrey.keyboard.press('End');
  await expect(audrey).toHaveURL(/at=now/);
});

test('a moment is named, found again and forgotten', async ({ as }) => {
  const olga = await as('olga');
  await olga.goto('/operations/desk');
  await olga.getByRole('button', { name: 'Name this moment' }).click();
  const dialog = olga.getByRole('dialog');
  await dialog.getByLabel('Name').fill('before <b>the</b> release');
  await dialog.getByRole('button', { name: 'Name it' }).click();
  const row = olga.getByRole('row', { name: /before <b>the<\/b> release/ });
  await row.getByRole('link', { name: 'Look there' }).click();
  await expect(olga.getByRole('button', { name: /before <b>the<\/b> release/ })).toBeVisible();
  await olga.goto('/operations/desk');
  await row.getByRole('button', { name: 'Take the name away' }).click();
  await olga.getByRole('dialog').getByRole('button', { name: 'Take the name away' }).click();
  await expect(row).toHaveCount(0);
});
