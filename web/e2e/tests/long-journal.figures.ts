// How quick the console is over a long journal. It is told and not judged: a machine may be slow.

import type { Page } from '@playwright/test';

import { expect, test } from './browser.js';

const ROUNDS = 10;

/** Filters as they are typed, and who then stands in every row. */
const FILTERS = [
  ['one of many actors', 'actor:mira', 'mira'],
  ['an actor and a table', 'actor:support-3 table:webinar', 'support-3'],
  ['deletions by one actor', 'actor:support-7 op:delete', 'support-7'],
  ['a reason', 'actor:support-7 reason:"clean up test prizes"', 'support-7'],
] as const;

/** The middle and the worst. */
function told(what: string, milliseconds: number[]): void {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const [middle, worst] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  process.stdout.write(
    `  ${what.padEnd(40)} median ${String(middle).padStart(5)} ms   worst ${String(worst).padStart(5)} ms\n`,
  );
}

async function measured(doing: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  await doing();
  return Math.round(performance.now() - begin);
}

/** Rows are there, and one may type. */
async function isInteractive(page: Page): Promise<void> {
  await page.locator('.rec-change').first().waitFor();
  await page.getByRole('combobox', { name: 'Search' }).isEditable();
}

/** Every row that tells an actor tells this one. */
async function isAnswered(page: Page, actor: string): Promise<void> {
  await page.waitForFunction((wanted) => {
    const rows = document.querySelectorAll('.rec-change[aria-level="1"] .rec-change-actor');
    return rows.length > 0 && [...rows].every((cell) => cell.textContent === wanted);
  }, actor);
}

test('the timeline, opened in a browser that has never seen it', async ({ as }) => {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const page = await as('olga');
    times.push(
      await measured(async () => {
        await page.goto('/timeline/events', { waitUntil: 'commit' });
        await isInteractive(page);
      }),
    );
    await page.context().close();
  }
  told('timeline, first visit', times);
});

for (const [what, filter, actor] of FILTERS) {
  test(`the answer to a filter: ${what}`, async ({ as }) => {
    const page = await as('olga');
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      // As text, a filter counts as a whole once Enter is pressed.
      await page.goto('/timeline/events');
      await isInteractive(page);
      await page.getByRole('button', { name: 'Edit as text' }).click();
      const line = page.getByRole('textbox', { name: 'Search' });
      await line.fill(filter);
      times.push(
        await measured(async () => {
          await line.press('Enter');
          await isAnswered(page, actor);
        }),
      );
    }
    told(`filter, ${what}`, times);
  });
}

test('a record with a history', async ({ as }) => {
  const page = await as('olga');
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    times.push(
      await measured(async () => {
        await page.goto('/record/events?table=public.webinar&key=id%3D4', { waitUntil: 'commit' });
        await expect(page.getByRole('slider').first()).toBeVisible();
      }),
    );
  }
  told('record, page loaded anew', times);
});
