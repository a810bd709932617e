// How quick the console is over a long journal. It is told and not judged: a machine may be slow.
// Times are taken in the page, from what somebody does to the frame in which it is seen.

import type { Page } from '@playwright/test';

import { expect, test } from './browser.js';

const ROUNDS = 10;

/** Filters as they are typed, and who then stands in every row. */
const FILTERS = [
  ['one of many actors', 'actor:mira', 'mira'],
  ['an actor and a table', 'actor:support-3 table:webinar', 'support-3'],
  ['deletions by one actor', 'actor:support-7 op:delete', 'support-7'],
] as const;

/** The middle and the worst. */
function told(what: string, milliseconds: number[]): void {
  const sorted = milliseconds.map(Math.round).toSorted((a, b) => a - b);
  const [middle, worst] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  process.stdout.write(
    `  ${what.padEnd(40)} median ${String(middle).padStart(5)} ms   worst ${String(worst).padStart(5)} ms\n`,
  );
}

/** How long after the page was asked for, rows are there and one may type. */
async function isInteractive(page: Page): Promise<number> {
  const handle = await page.waitForFunction(() => {
    const line = document.querySelector<HTMLInputElement>('[data-search]');
    const isThere = document.querySelector('.rec-change') !== null && line?.disabled === false;
    return isThere && performance.now();
  });
  return Number(await handle.jsonValue());
}

/** How long after Enter, every row that tells an actor tells this one. */
async function isAnswered(page: Page, actor: string): Promise<number> {
  return page.evaluate(
    (wanted) =>
      new Promise<number>((resolve) => {
        let begin: number | undefined;
        const note = (event: KeyboardEvent) => (begin = event.timeStamp);
        addEventListener('keydown', note, { capture: true, once: true });
        const look = () => {
          const rows = document.querySelectorAll('.rec-change[aria-level="1"] .rec-change-actor');
          const isDone = rows.length > 0 && [...rows].every((cell) => cell.textContent === wanted);
          if (begin !== undefined && isDone) resolve(performance.now() - begin);
          else requestAnimationFrame(look);
        };
        look();
      }),
    actor,
  );
}

test('the timeline, opened in a browser that has never seen it', async ({ as }) => {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const page = await as('olga');
    await page.goto('/timeline/events', { waitUntil: 'commit' });
    times.push(await isInteractive(page));
    await page.context().close();
  }
  told('timeline, first visit', times);
});

for (const [what, filter, actor] of FILTERS) {
  test(`the answer to a filter: ${what}`, async ({ as }) => {
    const page = await as('olga');
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      await page.goto('/timeline/events', { waitUntil: 'load' });
      await isInteractive(page);
      // As text, a filter counts as a whole once Enter is pressed.
      await page.getByRole('button', { name: 'Edit as text' }).click();
      const line = page.getByRole('textbox', { name: 'Search' });
      await line.fill(filter);
      const answered = isAnswered(page, actor);
      await line.press('Enter');
      times.push(await answered);
    }
    told(`filter, ${what}`, times);
  });
}

test('a record with a history', async ({ as }) => {
  const page = await as('olga');
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await page.goto('/record/events?table=public.webinar&key=id%3D4', { waitUntil: 'commit' });
    await expect(page.getByRole('slider').first()).toBeVisible();
    times.push(await page.evaluate(() => performance.now()));
  }
  told('record, page loaded anew', times);
});
