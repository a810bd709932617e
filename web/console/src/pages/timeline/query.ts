/** What changes can be asked for by, in the order in which it is offered. */
export const names = [
  'actor',
  'table',
  'key',
  'op',
  'column',
  'since',
  'until',
  'tx',
  'session',
  'tenant',
  'operation',
] as const;

export type Name = (typeof names)[number];

/** A word of the query language that is understood: `actor:support-7`. */
export interface Term {
  name: Name;
  value: string;
}

/** A query as it was read. */
export interface Reading {
  terms: readonly Term[];
  /** Words that the server would refuse. */
  wrong: readonly string[];
  /** Whether a quote is not closed yet. */
  isOpen: boolean;
}

const operations: readonly string[] = ['insert', 'update', 'delete', 'truncate'];

/** Reads a query as the server does: words with blanks stand in quotes, the last of a name counts. */
export function readQuery(text: string): Reading {
  const { words, isOpen } = wordsOf(text);
  const terms: Term[] = [];
  const wrong: string[] = [];
  for (const word of words) {
    const term = termOf(word);
    if (term === undefined) wrong.push(word);
    else terms.splice(0, terms.length, ...withTerm(terms, term));
  }
  return { terms, wrong, isOpen };
}

/** Writes what `readQuery` reads. */
export function writeQuery(terms: readonly Term[]): string {
  return terms.map(({ name, value }) => `${name}:${quoted(value)}`).join(' ');
}

/** The terms with one more, which takes the place of one of its name. */
export function withTerm(terms: readonly Term[], term: Term): Term[] {
  const place = terms.findIndex(({ name }) => name === term.name);
  return place < 0 ? [...terms, term] : terms.with(place, term);
}

/** The terms without those of these names. */
export function withoutTerms(terms: readonly Term[], ...gone: Name[]): Term[] {
  return terms.filter(({ name }) => !gone.includes(name));
}

/** What is asked for under a name. */
export function valueOf(terms: readonly Term[], name: Name): string | undefined {
  return terms.find((term) => term.name === name)?.value;
}

/** A word as a term; undefined if the server would not understand it. */
export function termOf(word: string): Term | undefined {
  const colon = word.indexOf(':');
  const name = names.find((known) => known === word.slice(0, colon));
  const value = word.slice(colon + 1);
  if (colon < 1 || name === undefined || value === '') return undefined;
  const isNumber = /^-?\d+$/.test(value);
  if ((name === 'tx' || name === 'operation') && !isNumber) return undefined;
  if (name === 'op' && !value.split(',').every((op) => operations.includes(op))) return undefined;
  return { name, value };
}

function quoted(value: string): string {
  if (!/[\s"]/.test(value)) return value;
  return `"${value.replace(/[\\"]/g, '\\$&')}"`;
}

/** The words of a text; blanks within quotes part none, and `\"` is a quote within them. */
function wordsOf(text: string): { words: string[]; isOpen: boolean } {
  const words: string[] = [];
  let word: string | undefined;
  let isOpen = false;
  const letters = Array.from(text);
  for (let at = 0; at < letters.length; at += 1) {
    const letter = letters[at] ?? '';
    if (letter === '\\' && isOpen) {
      at += 1;
      word = (word ?? '') + (letters[at] ?? '');
    } else if (letter === '"') {
      isOpen = !isOpen;
      word ??= '';
    } else if (/\s/.test(letter) && !isOpen) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + letter;
    }
  }
  if (word !== undefined) words.push(word);
  return { words, isOpen };
}
