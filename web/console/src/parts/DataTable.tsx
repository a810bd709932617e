import type { ReactNode } from 'react';

import './DataTable.css';

/** A column of a table: its name, and what stands in it. */
export interface Column<Row> {
  id: string;
  name: string;
  cell: (row: Row) => ReactNode;
  /** Numbers stand at the right. */
  isNumber?: boolean;
  /** Left out where there is little room. */
  isExtra?: boolean;
}

interface DataTableProps<Row> {
  /** What it shows, for those who do not see it. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
}

/** Rows that are few enough to be read as one table. */
export function DataTable<Row>({ label, columns, rows, keyOf }: DataTableProps<Row>) {
  const look = ({ isNumber, isExtra }: Column<Row>) =>
    `rec-cell${isNumber ? ' rec-cell-number' : ''}${isExtra ? ' rec-cell-extra' : ''}`;
  return (
    <table className="rec-table" aria-label={label}>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column.id} scope="col" className={look(column)}>
              {column.name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)}>
            {columns.map((column) => (
              <td key={column.id} className={look(column)}>
                {column.cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
