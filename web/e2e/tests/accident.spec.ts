// The whole accident: found, looked at, planned, approved by somebody else on a phone, applied, and
// everything is as it was before.

import { expect, PHONE, test } from './browser.js';

const PAYMENTS = `
  SELECT md5(string_agg(concat_ws(' ', p.id, p.amount, p.status), ',' ORDER BY p.id))
  FROM payment AS p JOIN registrant AS r ON r.id = p.registrant_id
  JOIN webinar AS w ON w.id = r.webinar_id WHERE w.slug = 'balcony-garden'`;

test('an accident is found, approved by somebody else and taken back', async ({
  as,
  cluster,
  codeOf,
}) => {
  const prizes = () => Number(cluster.sql('events', 'SELECT count(*) FROM prize'));
  const [lost, overwritten] = [prizes(), cluster.sql('events', PAYMENTS)];
  const olga = await as('olga');

  // Found: by whom, and what else they did in that session.
  await olga.goto('/timeline/events?q=actor:support-7 table:prize op:delete');
  await olga
    .getByRole('row', { name: /support-7/ })
    .first()
    .click();
  const details = olga.getByRole('complementary', { name: 'Details' });
  await expect(details).toContainText('clean up test prizes');
  await details.getByRole('button', { name: /^Undo/ }).click();
  await olga.getByRole('menuitem', { name: /session/i }).click();

  // Planned and tried, and nothing has changed.
  await expect(olga.getByLabel('Session')).toHaveValue('desk-7c21');
  await olga.getByRole('button', { name: 'Plan and preview' }).click();
  await expect(olga.getByText('Tried and taken back')).toBeVisible();
  await expect(olga.getByRole('table', { name: 'What would happen' })).toContainText(
    'public.prize',
  );
  expect(prizes()).toBe(lost);
  const plan = olga.url();

  // Asked for.
  await olga.getByLabel('Reason').fill('prizes and payments were lost by mistake');
  await olga.getByRole('button', { name: 'Ask for approval' }).click();
  await expect(olga.getByText('Approval is asked for')).toBeVisible();
  await expect(olga.getByRole('button', { name: 'Apply', exact: true })).toHaveCount(0);

  // Approved, on a phone. A wrong code is refused.
  const paul = await as('paul', { viewport: PHONE, hasTouch: true });
  await paul.goto('/approvals');
  await paul.getByRole('link', { name: /prizes and payments were lost/ }).click();
  await expect(paul.getByText('public.prize_winner').first()).toBeVisible();
  await paul.getByLabel('Code of your second factor').fill('000000');
  await paul.getByRole('button', { name: 'Approve', exact: true }).click();
  await expect(paul.getByRole('alert')).toBeVisible();
  await paul.getByLabel('Code of your second factor').fill(await codeOf('paul'));
  await paul.getByRole('button', { name: 'Approve', exact: true }).click();
  await expect(paul.getByText('paul approved')).toBeVisible();

  // Applied by who asked.
  await olga.goto(plan);
  await olga.getByLabel('Reason').fill('prizes and payments were lost by mistake');
  await olga.getByLabel('Code of your second factor').fill(await codeOf('olga'));
  await olga.getByRole('button', { name: 'Apply', exact: true }).click();
  await expect(olga.getByText('Taken back', { exact: true })).toBeVisible();

  // Everything is as it was, and the journal tells how.
  expect(prizes()).toBeGreaterThan(lost);
  expect(cluster.sql('events', PAYMENTS)).not.toBe(overwritten);
  await olga.getByRole('link', { name: 'Show the transaction' }).click();
  await expect(olga.getByRole('complementary', { name: 'Details' })).toContainText(
    'prizes and payments were lost by mistake',
  );
  await paul.reload();
  await expect(paul.getByText('applied', { exact: true }).first()).toBeVisible();
});

test('who asks cannot approve, and a rejected plan cannot be applied', async ({ as, cluster }) => {
  const olga = await as('olga');
  await olga.goto('/undo/events?actor=mira&tables=public.prize&operations=insert');
  await olga.getByRole('button', { name: 'Plan and preview' }).click();
  await olga.getByLabel('Reason').fill('postcards were free');
  await olga.getByRole('button', { name: 'Ask for approval' }).click();
  await olga.getByRole('link', { name: 'Open the request' }).click();
  await expect(olga.getByText('somebody else has to decide')).toBeVisible();
  await expect(olga.getByRole('button', { name: 'Approve', exact: true })).toHaveCount(0);

  const paul = await as('paul');
  await paul.goto('/approvals?list=decide');
  await paul.getByRole('link', { name: /postcards were free/ }).click();
  await paul.getByRole('button', { name: 'Reject instead' }).click();
  await paul.getByLabel('Why not').fill('they were sold');
  await paul.getByRole('button', { name: 'Reject', exact: true }).click();
  await expect(paul.getByText('paul rejected')).toBeVisible();
  await expect(olga.getByText('they were sold')).toBeVisible();
  expect(
    Number(cluster.sql('events', "SELECT count(*) FROM prize WHERE title LIKE 'Postcard%'")),
  ).toBeGreaterThan(0);
});

test('an approval that nobody decided in time is over', async ({ as, cluster }) => {
  const olga = await as('olga');
  await olga.goto('/undo/events?actor=checkout&tables=public.webinar');
  await olga.getByRole('button', { name: 'Plan and preview' }).click();
  await olga.getByLabel('Reason').fill('fewer seats again');
  await olga.getByRole('button', { name: 'Ask for approval' }).click();
  await expect(olga.getByText('Approval is asked for')).toBeVisible();

  const paul = await as('paul');
  await paul.goto('/approvals');
  await paul.getByRole('link', { name: /fewer seats again/ }).click();
  await expect(paul.getByRole('button', { name: 'Approve', exact: true })).toBeVisible();
  cluster.sql(
    'home',
    "UPDATE recall_control.approval SET expires_at = now() - interval '1 minute' WHERE reason = 'fewer seats again'",
  );
  await expect(paul.getByText('expired', { exact: true })).toBeVisible();
  await expect(paul.getByText('There is nothing left to decide.')).toBeVisible();
  await expect(paul.getByRole('button', { name: 'Approve', exact: true })).toHaveCount(0);
  // It can be asked for again.
  await olga.reload();
  await expect(olga.getByRole('button', { name: 'Ask for approval' })).toBeVisible();
});

test('in an emergency it goes without, and somebody else reviews that', async ({
  as,
  cluster,
  codeOf,
}) => {
  const oscar = await as('oscar');
  const moved = () =>
    Number(cluster.sql('events', "SELECT count(*) FROM registrant WHERE email LIKE 'moved.%'"));
  const before = moved();
  expect(before).toBeGreaterThan(0);
  await oscar.goto('/undo/events?actor=support-3&tables=public.registrant');
  await oscar.getByRole('button', { name: 'Plan and preview' }).click();
  await oscar.getByRole('button', { name: 'Apply without approval' }).click();
  const dialog = oscar.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('mails go astray right now');
  await dialog.getByLabel('Code of your second factor').fill(await codeOf('oscar'));
  await dialog.getByRole('button', { name: 'Apply without approval' }).click();
  await expect(oscar.getByText('Taken back', { exact: true })).toBeVisible();
  expect(moved()).toBeLessThan(before);

  // Not by who did it.
  await oscar.goto('/approvals?list=reviews');
  await expect(oscar.getByText('Somebody else has to review what you applied.')).toBeVisible();
  await expect(oscar.getByRole('button', { name: 'Close the review' })).toHaveCount(0);

  const paul = await as('paul');
  await paul.goto('/approvals?list=reviews');
  const review = paul.getByRole('listitem').filter({ hasText: 'mails go astray right now' });
  await expect(review).toContainText('applied by oscar without approval');
  await review.getByLabel('Comment').fill('agreed with the team on call');
  await review.getByRole('button', { name: 'Close the review' }).click();
  await expect(review).toContainText('Reviewed by paul');

  const audrey = await as('audrey');
  await audrey.goto('/settings/log?action=break_glass.use');
  await expect(audrey.getByRole('row').nth(1)).toContainText('oscar');
});
