// The browser of a person who is signed in, watched for what must never happen: a script that
// fails, and anything that the content security policy had to stop.

import { test as base, expect, type BrowserContextOptions, type Page } from '@playwright/test';

import { Cluster } from '../stage/cluster.js';
import type { Name } from '../stage/people.js';
import { freshCode, readScene, type Scene } from '../stage/scene.js';

export { expect };

export const PHONE = { width: 375, height: 780 };

interface Tools {
  scene: Scene;
  cluster: Cluster;
  /** A page of somebody who is signed in, or of nobody. */
  as: (name: Name | undefined, options?: BrowserContextOptions) => Promise<Page>;
  /** A code of somebody's second factor that was not used yet. */
  codeOf: (name: Name) => Promise<string>;
}

export const test = base.extend<Tools>({
  // Playwright reads from the first argument what a fixture needs.
  // eslint-disable-next-line no-empty-pattern
  scene: async ({}, use) => use(readScene()),
  cluster: async ({ scene }, use) => use(Cluster.at(scene.port)),
  codeOf: async ({ scene }, use) => use((name) => freshCode(scene, name)),
  as: async ({ browser, scene }, use) => {
    const wrong: string[] = [];
    const contexts: { close: () => Promise<void> }[] = [];
    await use(async (name, options = {}) => {
      const context = await browser.newContext({ baseURL: scene.url, ...options });
      contexts.push(context);
      await context.grantPermissions(['clipboard-read', 'clipboard-write']);
      const page = await context.newPage();
      page.on('pageerror', (error) => wrong.push(error.message));
      page.on('console', (message) => {
        if (message.text().includes('Content Security Policy')) wrong.push(message.text());
      });
      page.on('dialog', (dialog) => {
        wrong.push(`a dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      if (name !== undefined) {
        const [cookie = '', value = ''] = scene.people[name].cookie.split('=');
        await context.addCookies([{ name: cookie, value, url: scene.url }]);
      }
      return page;
    });
    for (const context of contexts) await context.close();
    expect(wrong).toEqual([]);
  },
});

/** The number of the transaction that somebody's reason is of. */
export function transactionOf(cluster: Cluster, database: string, reason: string): string {
  return cluster.sql(
    database,
    `SELECT max(id) FROM recall.transaction WHERE reason = '${reason.replaceAll("'", "''")}'`,
  );
}
