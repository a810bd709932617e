// Values of rows are only ever text, wherever they are shown.

import { expect, test } from './browser.js';

const PLACES = [
  '/timeline/desk?q=table:hostile',
  '/record/desk?table=public.hostile&key=id%3D1',
  '/time-machine/desk?table=public.hostile',
  '/time-machine/desk?view=compare&at=1h&only=public.hostile',
  '/activity/desk',
  '/undo/desk?session=%3Cscript%3Ealert(1)%3C/script%3E',
];

for (const place of PLACES) {
  test(`nothing in a row is run at ${place}`, async ({ as }) => {
    const olga = await as('olga');
    await olga.goto(place);
    await expect(olga.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(olga.getByRole('status', { name: 'Loading' })).toHaveCount(0);
    expect(await olga.locator('script:not([src])').count()).toBe(0);
    expect(await olga.locator('img[src="x"]').count()).toBe(0);
    expect(await olga.title()).not.toContain('taken over');
  });
}

test('a hostile value is shown as it is', async ({ as }) => {
  const olga = await as('olga');
  await olga.goto('/time-machine/desk?table=public.hostile');
  await expect(
    olga.getByText("<script>document.title = 'taken over'</script>").first(),
  ).toBeVisible();
});

test('a table of 300 columns is read', async ({ as }) => {
  const olga = await as('olga');
  await olga.goto('/time-machine/desk?table=public.wide');
  const grid = olga.getByRole('grid');
  await expect(grid).toHaveAttribute('aria-colcount', '300');
  await grid.focus();
  await olga.keyboard.press('End');
  await expect(grid).toContainText('column_299');
  await expect(grid).toContainText('changed');
});
