import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

/** What a page could spoil: looks, and places within the component. */
const looked = [
  ...['display', 'position', 'float', 'visibility', 'opacity', 'transform', 'filter', 'overflow'],
  ...['color', 'backgroundColor', 'fill', 'stroke', 'fontFamily', 'fontSize', 'fontWeight'],
  ...['letterSpacing', 'textTransform', 'textAlign', 'lineHeight', 'listStyleType', 'whiteSpace'],
  ...['paddingTop', 'paddingLeft', 'marginTop', 'borderTopWidth', 'borderTopStyle'],
  ...['borderTopColor', 'borderRadius', 'boxSizing', 'x', 'y', 'd', 'cursor', 'boxShadow'],
] as const;

/** The looks of every element of the components, and of what stands before and after it. */
function looksOf(page: Page): Promise<string[][]> {
  return page.evaluate((properties) => {
    const elements = document.querySelectorAll<HTMLElement>('.pgr, .pgr *');
    return [...elements].map((element) => {
      const name = `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}`;
      const style = getComputedStyle(element);
      const looks = properties.map((one) => `${name} ${one}: ${style[one as 'display']}`);
      const around = ['::before', '::after'].map(
        (part) => `${name} ${part}: ${getComputedStyle(element, part).content}`,
      );
      return [...looks, ...around];
    });
  }, looked);
}

/** Opens the page at its end, too, so that all of it is drawn. */
async function settled(page: Page): Promise<void> {
  await page.locator('.pgr-row').first().waitFor();
  await page.locator('.pgr-past').waitFor();
  await page.locator('.pgr-cell').first().waitFor();
  await page.locator('.pgr-live[data-state=live]').first().waitFor();
}

describe('a page of others', () => {
  test.each(['18', '19'] as const)(
    'shows everything with React %s under a strict policy, without a complaint',
    async (react) => {
      const { page, complaints } = await stage.open(react);
      await settled(page);
      await page.locator('.pgr-row').nth(1).click();
      await page.locator('.pgr-drawer[open] .pgr-facts').waitFor();
      await page.keyboard.press('Escape');
      await page.locator('.pgr-drawer[open]').waitFor({ state: 'hidden' });
      expect(complaints).toEqual([]);
      await page.close();
    },
  );

  test('cannot spoil the components with its style sheets', async () => {
    const kind = await stage.open('19');
    await settled(kind.page);
    const hostile = await stage.open('19', '?hostile');
    await settled(hostile.page);
    // What holds for the page does hold: else this would prove nothing.
    const heading = hostile.page.locator('.page-name');
    expect(await heading.evaluate((element) => getComputedStyle(element).letterSpacing)).not.toBe(
      'normal',
    );
    const [expected, found] = [await looksOf(kind.page), await looksOf(hostile.page)];
    expect(found.length).toBe(expected.length);
    const spoilt = found.flatMap((looks, index) =>
      looks.filter((look) => !expected[index]?.includes(look)),
    );
    expect([...new Set(spoilt)]).toEqual([]);
    await Promise.all([kind.page.close(), hostile.page.close()]);
  });

  test('draws only the rows that can be seen, each in its place', async () => {
    const { page } = await stage.open('19', '?show=log&hostile');
    await page.locator('.pgr-row').first().waitFor();
    expect(await page.locator('.pgr-row').count()).toBeLessThan(60);
    const places = () =>
      page.locator('.pgr-row-frame').evaluateAll((rows) =>
        rows
          .map((row) => row.getBoundingClientRect())
          .map(({ top, height }) => ({ top, bottom: top + height }))
          .sort((one, other) => one.top - other.top),
      );
    await page.locator('.pgr-list').evaluate((list) => list.scrollTo({ top: 6000 }));
    await expect
      .poll(async () => (await page.locator('.pgr-row').allTextContents()).length)
      .toBeGreaterThan(10);
    const drawn = await places();
    const overlaps = drawn.filter(
      ({ top }, index) => index > 0 && Math.abs(top - (drawn[index - 1]?.bottom ?? top)) > 1,
    );
    expect(overlaps).toEqual([]);
    await page.close();
  });

  test.each(['light', 'dark'])(
    'can be read and used by everybody, in the %s theme',
    async (theme) => {
      const { page } = await stage.open('19', `?theme=${theme}`);
      await settled(page);
      expect(await violations(page)).toEqual([]);
      await page.locator('.pgr-row').nth(1).click();
      await page.locator('.pgr-drawer[open] .pgr-facts').waitFor();
      expect(await violations(page)).toEqual([]);
      await page.close();
    },
  );
});

async function violations(page: Page): Promise<string[]> {
  // Through the debugger, as the policy of the page lets no script in.
  await page.evaluate(axe.source);
  const results = await page.evaluate<AxeResults>(
    'axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"] })',
  );
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary ?? ''}`),
  );
}
