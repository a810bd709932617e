// Who comes in, and what those see who may not.

import { freePort, Cluster } from '../stage/cluster.js';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { PASSWORD } from '../stage/people.js';
import { serveFront } from '../stage/front.js';
import { Service } from '../stage/service.js';
import { code, stepNow } from '../stage/totp.js';
import { expect, test } from './browser.js';

test('a wrong password says no more than that', async ({ as }) => {
  const page = await as(undefined);
  await page.goto('/sign-in');
  await page.getByLabel('Name').fill('olga');
  await page.getByLabel('Password').fill('wrong horse battery');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(page).toHaveURL(/sign-in/);
});

test('a second factor is asked for', async ({ as, codeOf }) => {
  const page = await as(undefined);
  await page.goto('/sign-in?next=%2Fsettings%2Faccount');
  await page.getByLabel('Name').fill('oscar');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page
    .getByLabel(/code/i)
    .first()
    .fill(await codeOf('oscar'));
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/settings\/account/);
});

test('what a role does not show is said, not hidden behind an error', async ({ as }) => {
  const vera = await as('vera');
  await vera.goto('/time-machine/events?view=compare');
  await expect(vera.getByRole('heading', { name: 'Your role does not show this' })).toBeVisible();
  const paul = await as('paul');
  await paul.goto('/settings/log');
  await expect(paul.getByRole('heading', { name: 'Your role does not show this' })).toBeVisible();
});

test('a session that ended leads to the door', async ({ as }) => {
  const page = await as(undefined);
  await page.goto('/sign-in');
  await page.getByLabel('Name').fill('audrey');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/timeline/);
  // Somebody ends it elsewhere.
  await page.evaluate(async () => {
    const me = (await (await fetch('/v1/me')).json()) as { csrf_token: string };
    await fetch('/v1/session', {
      method: 'DELETE',
      headers: { 'x-csrf-token': me.csrf_token },
    });
  });
  await page.goto('/tables/desk');
  await expect(page).toHaveURL(/sign-in/);
});

test('the first administrator comes in by the link of the first start', async ({ as, scene }) => {
  const cluster = Cluster.at(scene.port);
  cluster.sql('postgres', 'CREATE DATABASE fresh');
  const folder = mkdtempSync(join(tmpdir(), 'pgrecall-fresh-'));
  const console = process.env.PGRECALL_CONSOLE;
  const [behind, front] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${String(console === undefined ? behind : front)}`;
  const configuration = `[server]\npublic_url = "${url}"\n[home]\nurl = "${cluster.url('fresh')}"\n[targets.desk]\nurl = "${cluster.url('desk')}"\nmaintain = false\n`;
  const service = await Service.start({ folder, configuration, port: behind });
  const server =
    console === undefined
      ? undefined
      : await serveFront({ folder: console, behind: { port: behind }, port: front });
  try {
    const page = await as(undefined);
    await page.goto(service.setupLink ?? '');
    await page.getByLabel('Name').fill('first');
    for (const field of await page.getByLabel(/password/i).all()) await field.fill(PASSWORD);
    await page.keyboard.press('Enter');
    // The second factor is offered at once.
    await expect(page.getByRole('img', { name: 'QR code of the secret' })).toBeVisible();
    const secret = await page.locator('code').first().innerText();
    await page.getByLabel('Code that the app shows').fill(code(secret, stepNow()));
    await page.getByRole('button', { name: 'Confirm' }).click();
    await expect(page.getByRole('list').getByRole('listitem')).toHaveCount(10);
    await page.goto(`${url}/settings/users`);
    await expect(page.getByRole('row', { name: /first/ })).toContainText('administrator');
    expect(cluster.sql('fresh', 'SELECT name FROM recall_control.user_account')).toBe('first');
  } finally {
    server?.closeAllConnections();
    server?.close();
    await service.stop();
  }
});
