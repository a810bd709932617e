import { isLosslessNumber, LosslessNumber, parse, stringify } from 'lossless-json';

/**
 * A number that JavaScript would write differently from PostgreSQL: `9007199254740993`, `1.50`.
 * `String(number)` gives it as it stands in the journal.
 */
export type ExactNumber = LosslessNumber;

/** Whether a value is a number that JavaScript cannot hold as it is. */
export function isExactNumber(value: unknown): value is ExactNumber {
  return isLosslessNumber(value);
}

/**
 * Reads JSON without changing a number: an audit log that shows 9007199254740992 where the
 * database has 9007199254740993 is wrong, and one that shows no change from 1.5 to 1.50 is, too.
 */
export function parseJson(text: string): unknown {
  return parse(text, undefined, exactly);
}

/** Writes JSON with every number as it was read. */
export function writeJson(value: unknown, indent?: number): string {
  return stringify(value, undefined, indent) ?? 'null';
}

function exactly(text: string): number | LosslessNumber {
  const number = Number(text);
  return String(number) === text ? number : new LosslessNumber(text);
}
