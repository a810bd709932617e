import { render, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import axe from 'axe-core';
import { describe, expect, test, vi } from 'vitest';
import {
  ActivityHeatmap,
  AuditLogViewer,
  ChangeDiff,
  DataExporter,
  RecordHistory,
  Timeline,
} from '../src/index.ts';
import { Around } from './around.tsx';
import { change, countOf, stage } from './server.ts';

/** jsdom draws nothing, so contrast is looked at in the browser. */
async function isAccessible(): Promise<void> {
  const { violations } = await axe.run(document.body, {
    rules: { 'color-contrast': { enabled: false }, region: { enabled: false } },
  });
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([]);
}

function there<T>(item: T | undefined): T {
  if (item === undefined) throw new Error('it is not there');
  return item;
}

const rows = () => screen.queryAllByRole('button', { name: /ann/ });

describe('AuditLogViewer', () => {
  test('opens a change with its fields, and goes to the next from there', async () => {
    stage.changes = [
      change({ id: 1, key: { id: 7 } }),
      change({ id: 2, key: { id: 8 }, reason: 'refund', ip: '198.51.100.21' }),
    ];
    render(<AuditLogViewer realtime={false} />, { wrapper: Around });
    await waitFor(() => expect(rows()).toHaveLength(2));
    await isAccessible();
    await userEvent.click(there(rows()[0]));
    const dialog = await screen.findByRole('dialog');
    expect(within(dialog).getByText('198.51.100.21')).toBeTruthy();
    expect(within(dialog).getByText('old')).toBeTruthy();
    await isAccessible();
    await userEvent.click(within(dialog).getByRole('button', { name: 'Older change' }));
    expect(within(dialog).getByText('7')).toBeTruthy();
    await userEvent.click(within(dialog).getByRole('button', { name: 'Close' }));
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  test('is walked through with the arrow keys, and has one stop for the tabulator', async () => {
    stage.changes = [1, 2, 3].map((id) => change({ id }));
    render(<AuditLogViewer realtime={false} showFilters={false} showExport={false} />, {
      wrapper: Around,
    });
    await waitFor(() => expect(rows()).toHaveLength(3));
    await userEvent.tab();
    await waitFor(() => expect(document.activeElement).toBe(rows()[0]));
    await userEvent.keyboard('{ArrowDown}{ArrowDown}');
    await waitFor(() => expect(document.activeElement).toBe(rows()[2]));
    await waitFor(() => expect(rows().filter(({ tabIndex }) => tabIndex === 0)).toHaveLength(1));
    await userEvent.keyboard('{Home}');
    await waitFor(() => expect(document.activeElement).toBe(rows()[0]));
    await userEvent.keyboard('{Enter}');
    expect(await screen.findByRole('dialog')).toBeTruthy();
  });

  test('filters, and finds its way back', async () => {
    stage.changes = [change({ id: 1, op: 'insert' }), change({ id: 2, op: 'delete' })];
    render(<AuditLogViewer realtime={false} />, { wrapper: Around });
    await waitFor(() => expect(rows()).toHaveLength(2));
    await userEvent.click(screen.getByRole('button', { name: 'Truncate' }));
    expect(await screen.findByText('No change fits')).toBeTruthy();
    await isAccessible();
    await userEvent.click(screen.getByRole('button', { name: 'Delete' }));
    await waitFor(() => expect(rows()).toHaveLength(1));
    expect(stage.requests.at(-1)).toContain('op=truncate%2Cdelete');
    await userEvent.click(screen.getByRole('button', { name: 'Clear filters' }));
    await waitFor(() => expect(rows()).toHaveLength(2));
    await userEvent.type(screen.getByRole('combobox', { name: 'Actor' }), 'bob{Enter}');
    await waitFor(() => expect(stage.requests.at(-1)).toContain('actor=bob'));
  });

  test('grows while it is looked at, and waits while it is held', async () => {
    stage.changes = [change({ id: 1 })];
    render(<AuditLogViewer />, { wrapper: Around });
    await screen.findByText('Live');
    await waitFor(() => expect(rows()).toHaveLength(1));
    stage.tell(change({ id: 2 }));
    await waitFor(() => expect(rows()).toHaveLength(2));
    await userEvent.click(screen.getByRole('button', { name: 'Pause live changes' }));
    stage.tell(change({ id: 3 }));
    expect(await screen.findByText('1 new')).toBeTruthy();
    expect(rows()).toHaveLength(2);
    await isAccessible();
    await userEvent.click(screen.getByRole('button', { name: 'Resume live changes' }));
    await waitFor(() => expect(rows()).toHaveLength(3));
  });

  test('says where changes may be missing', async () => {
    stage.changes = [change({ id: 1 })];
    const gap = { table: 'public.prize', reason: 'paused', means: 'tracking was paused' };
    stage.gaps = [{ ...gap, from_at: '2026-11-20T10:00:00Z', from_tx: 1 }];
    render(<AuditLogViewer realtime={false} />, { wrapper: Around });
    expect(await screen.findByText('Changes may be missing here')).toBeTruthy();
    expect(screen.getByText(/tracking was paused/)).toBeTruthy();
  });

  test.each([
    [403, 'api/no-seat', 'You may not see this'],
    [401, 'api/signed-out', 'Your access has ended'],
    [503, 'api/busy', 'Too much is asked for at the moment'],
    [500, 'api/failed', 'This could not be loaded'],
  ])('explains a %i, and tries again', async (status, code, text) => {
    stage.refusal = { status, code };
    render(<AuditLogViewer realtime={false} />, { wrapper: Around });
    expect(await screen.findByText(text)).toBeTruthy();
    expect(screen.getByText(new RegExp(code))).toBeTruthy();
    await isAccessible();
    stage.refusal = undefined;
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('Nothing was changed yet')).toBeTruthy();
  });

  test('speaks German, and the words of the page', async () => {
    render(
      <Around locale="de-AT" messages={{ noChanges: 'Nichts los' }}>
        <AuditLogViewer realtime={false} />
      </Around>,
    );
    expect(await screen.findByText('Änderungsprotokoll')).toBeTruthy();
    expect(await screen.findByText('Nichts los')).toBeTruthy();
  });
});

describe('ChangeDiff', () => {
  const shown = (before: unknown, after: unknown) => {
    const { container } = render(<ChangeDiff before={{ a: before }} after={{ a: after }} />, {
      wrapper: Around,
    });
    return container.querySelector('dd')?.textContent;
  };

  test('tells null, the empty text and blanks apart', () => {
    expect(shown(null, '')).toBe('Before: NULLAfter: empty text');
    expect(shown('NULL', ' ')).toBe('Before: NULLAfter: 1 blank');
    const kinds = [...document.querySelectorAll('.pgr-value')].map(
      (value) => (value as HTMLElement).dataset.kind,
    );
    expect(kinds).toEqual(['null', 'empty', 'text', 'blank']);
  });

  test('marks the words that differ in a long text', () => {
    const text = 'The order was packed in the morning and left on';
    const { container } = render(
      <ChangeDiff before={{ a: `${text} Monday.` }} after={{ a: `${text} Tuesday.` }} />,
      { wrapper: Around },
    );
    const words = [...container.querySelectorAll('del, ins')].map(({ textContent }) => textContent);
    expect(words).toEqual(['Monday', 'Tuesday']);
  });

  test('never cuts a value for good', async () => {
    const long = 'x'.repeat(5000);
    const { container } = render(<ChangeDiff after={{ a: long }} />, { wrapper: Around });
    expect(container.textContent).not.toContain(long);
    await userEvent.click(screen.getByRole('button', { name: 'Show all 5,000 characters' }));
    expect(container.textContent).toContain(long);
    await isAccessible();
  });

  test('finds a field among three hundred', async () => {
    const row = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`c${index}`, index]));
    const { container } = render(<ChangeDiff after={row} />, { wrapper: Around });
    expect(container.querySelectorAll('dt')).toHaveLength(24);
    await userEvent.type(screen.getByRole('searchbox'), 'c299');
    expect([...container.querySelectorAll('dt')].map((name) => name.textContent)).toEqual(['c299']);
  });
});

test('RecordHistory shows the record as it was, step by step', async () => {
  stage.changes = [
    change({ id: 1, op: 'insert', old: null, new: { id: 1, title: 'first' }, changed: [] }),
    change({ id: 2, old: { id: 1, title: 'first' }, new: { id: 1, title: 'second' } }),
  ];
  render(<RecordHistory tableName="prize" recordId={1} />, { wrapper: Around });
  const past = await screen.findByRole('region', { name: 'Now' });
  await isAccessible();
  expect(within(past).getByText('second')).toBeTruthy();
  await userEvent.click(within(past).getByRole('button', { name: 'Older change' }));
  expect(within(past).getByText('first')).toBeTruthy();
  expect(screen.getByRole('slider').getAttribute('aria-valuetext')).toContain('As it was at');
  await userEvent.click(within(past).getByRole('button', { name: 'Older change' }));
  expect(within(past).getByText('did not exist')).toBeTruthy();
  expect(within(past).queryByText('first')).toBeNull();
});

test('RecordHistory of a record that nobody knows says so', async () => {
  render(<RecordHistory tableName="prize" recordId={404} />, { wrapper: Around });
  expect(await screen.findByText('Nothing was recorded of this record')).toBeTruthy();
});

test('Timeline shows what was committed together', async () => {
  stage.changes = [change({ id: 1, tx: 1 }), change({ id: 2, tx: 2 }), change({ id: 3, tx: 2 })];
  render(<Timeline realtime={false} />, { wrapper: Around });
  const groups = await screen.findAllByRole('listitem');
  expect(groups).toHaveLength(2);
  const opener = there(screen.getAllByRole('button', { name: 'Show changes' })[0]);
  await userEvent.click(opener);
  expect(screen.getAllByText('old')).toHaveLength(2);
  await isAccessible();
});

describe('ActivityHeatmap', () => {
  test('is walked through with the arrow keys, and is a table for who wants one', async () => {
    stage.changes = [change({ id: 1 })];
    render(<ActivityHeatmap />, { wrapper: Around });
    const cell = await screen.findByRole('gridcell', { name: 'Sat 10:00: 3 changes' });
    expect(cell.dataset.shade).toBe('5');
    await isAccessible();
    const first = screen.getByRole('gridcell', { name: 'Mon 09:00: 0 changes' });
    first.focus();
    await userEvent.keyboard('{ArrowDown}{ArrowRight}');
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Tue 10:00: 0 changes');
    await userEvent.click(screen.getByRole('button', { name: 'Show as table' }));
    expect(screen.getAllByRole('row')).toHaveLength(8);
    await isAccessible();
  });

  test('says that there was nothing', async () => {
    render(<ActivityHeatmap />, { wrapper: Around });
    expect(await screen.findByText('Nothing was changed in this period')).toBeTruthy();
  });
});

describe('DataExporter', () => {
  test('saves all that fits, under the token', async () => {
    const saved: string[] = [];
    URL.createObjectURL = () => 'blob:x';
    URL.revokeObjectURL = () => undefined;
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: {
      download: string;
    }) {
      saved.push(this.download);
    });
    render(<DataExporter tableName="prize" fileName="prizes" />, { wrapper: Around });
    await userEvent.click(screen.getByRole('button', { name: 'Export CSV' }));
    expect(await screen.findByText('Exported')).toBeTruthy();
    expect(saved).toEqual(['prizes.csv']);
    expect(stage.requests.at(-1)).toContain('table=prize&format=csv');
    expect(stage.tokens.at(-1)).toBe('Bearer t');
    await isAccessible();
  });

  test('saves nothing when it fails', async () => {
    stage.refusal = { status: 403, code: 'api/forbidden' };
    render(<DataExporter />, { wrapper: Around });
    await userEvent.click(screen.getByRole('button', { name: 'Export CSV' }));
    expect(await screen.findByText('The export broke off; nothing was saved')).toBeTruthy();
    expect(countOf('/export')).toBe(1);
  });
});
