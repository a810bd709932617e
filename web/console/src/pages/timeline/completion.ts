import { names, termOf, writeQuery, type Name, type Term } from './query.ts';

/** Values that a name may have, as far as they are known. */
export type KnownValues = Partial<Record<Name, readonly string[]>>;

/** Something that can be put in place of what is being typed. */
export type Suggestion =
  { kind: 'name'; name: Name; text: string } | { kind: 'term'; term: Term; text: string };

const most = 8;

/** What may be meant by what was typed so far: a name, or a value of it. */
export function suggest(typed: string, known: KnownValues): Suggestion[] {
  const text = typed.trim();
  const colon = text.indexOf(':');
  const name = names.find((one) => one === text.slice(0, colon));
  if (colon > 0 && name !== undefined) return ofName(name, unquoted(text.slice(colon + 1)), known);
  if (colon >= 0) return [];
  const begun = names.filter((one) => one.startsWith(text.toLowerCase()));
  const offered = begun.map((one): Suggestion => ({ kind: 'name', name: one, text: `${one}:` }));
  if (text === '') return offered;
  const meant = (['actor', 'table', 'op'] as const).flatMap((one) => ofName(one, text, known));
  return [...offered, ...meant].slice(0, most);
}

function ofName(name: Name, begun: string, known: KnownValues): Suggestion[] {
  const wanted = begun.toLowerCase();
  const values = known[name] ?? [];
  const first = values.filter((value) => value.toLowerCase().startsWith(wanted));
  const inside = values.filter(
    (value) => !first.includes(value) && value.toLowerCase().includes(wanted),
  );
  const exact = values.filter((value) => value === begun);
  return [...new Set([...exact, ...first, ...inside])].slice(0, most).map((value) => {
    const term = { name, value };
    return { kind: 'term', term, text: writeQuery([term]) };
  });
}

/** What was typed, if it is a term by itself. */
export function typedTerm(typed: string): Term | undefined {
  const text = typed.trim();
  const colon = text.indexOf(':');
  return termOf(`${text.slice(0, colon + 1)}${unquoted(text.slice(colon + 1))}`);
}

function unquoted(text: string): string {
  return text.replace(/^"|"$/g, '').replace(/\\(.)/g, '$1');
}

/** Names whose values are known as a rule: what is marked in the list is meant then. */
const closed: readonly Name[] = ['actor', 'table', 'op', 'column', 'session', 'tenant'];

/** What enter means: the suggestion that is marked, or what was typed where anything may stand. */
export function meant(typed: string, marked: Suggestion | undefined): Suggestion | undefined {
  const term = typedTerm(typed);
  if (term === undefined) return marked;
  if (marked?.kind === 'term' && closed.includes(term.name)) return marked;
  return { kind: 'term', term, text: writeQuery([term]) };
}
