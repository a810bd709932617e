/** A cell. */
export interface Place {
  row: number;
  column: number;
}

interface Pressed {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
}

/** How many rows a page of the keyboard goes. */
const PAGE = 20;

/** Where a key leads within a grid; absent if it leads nowhere. */
export function moved(
  { row, column }: Place,
  { key, ctrlKey, metaKey }: Pressed,
  size: { rows: number; columns: number },
): Place | undefined {
  const isFar = ctrlKey || metaKey;
  const to = (wanted: Place): Place => ({
    row: Math.min(Math.max(wanted.row, 0), Math.max(size.rows - 1, 0)),
    column: Math.min(Math.max(wanted.column, 0), Math.max(size.columns - 1, 0)),
  });
  switch (key) {
    case 'ArrowDown':
      return to({ row: row + 1, column });
    case 'ArrowUp':
      return to({ row: row - 1, column });
    case 'ArrowRight':
      return to({ row, column: column + 1 });
    case 'ArrowLeft':
      return to({ row, column: column - 1 });
    case 'PageDown':
      return to({ row: row + PAGE, column });
    case 'PageUp':
      return to({ row: row - PAGE, column });
    case 'Home':
      return to({ row: isFar ? 0 : row, column: 0 });
    case 'End':
      return to({ row: isFar ? size.rows : row, column: size.columns });
    default:
      return undefined;
  }
}
