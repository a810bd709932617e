import { jsonOf, kindOf, textOf, type Row } from './value.ts';

/** Spreadsheets take texts that begin so for formulas, and run them. */
const formula = /^[=+\-@\t\r]/;

/** A table as RFC 4180 has it; null and an empty text differ by the quotes. */
export function csvOf(columns: readonly string[], rows: readonly Row[]): string {
  const lines = rows.map((row) => columns.map((column) => csvValue(row[column])).join(','));
  return [columns.map(quoted).join(','), ...lines, ''].join('\r\n');
}

function csvValue(value: unknown): string {
  if (kindOf(value) === 'null') return '';
  const text = textOf(value);
  if (kindOf(value) === 'number') return text;
  return quoted(formula.test(text) ? `'${text}` : text);
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/** A list of objects, a row a line. */
export function jsonRowsOf(rows: readonly Row[]): string {
  return `[\n${rows.map((row) => `  ${jsonOf(row)}`).join(',\n')}\n]\n`;
}

/** For pasting into a spreadsheet. */
export function tabbedOf(columns: readonly string[], rows: readonly Row[]): string {
  const cell = (value: unknown) => textOf(value).replace(/[\t\r\n]+/g, ' ');
  const lines = rows.map((row) => columns.map((column) => cell(row[column])).join('\t'));
  return [columns.join('\t'), ...lines].join('\n');
}

/** Gives the browser a file to keep. */
export function download(name: string, kind: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: `${kind};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
