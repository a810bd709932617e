/** What may stand behind the `?` of an address, before a page has looked at it. */
export type Search = Record<string, unknown>;

/** Reads what stands behind the `?`: texts, and lists of texts where a name comes again. */
export function parseSearch(text: string): Search {
  const search: Record<string, string | string[]> = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const before = search[name];
    search[name] = before === undefined ? value : [before, value].flat();
  }
  return search;
}

/** Writes what `parseSearch` reads. */
export function stringifySearch(search: Search): string {
  const written = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    for (const one of [value].flat()) {
      if (typeof one === 'string' || typeof one === 'number') written.append(name, String(one));
      if (one === true) written.append(name, '1');
    }
  }
  const text = written.toString();
  return text === '' ? '' : `?${text}`;
}

/** A text of an address; absent if it is empty. */
export function textIn(search: Search, name: string): string | undefined {
  const value = listIn(search, name)[0];
  return value === '' ? undefined : value;
}

/** All texts of that name. */
export function listIn(search: Search, name: string): string[] {
  return [search[name]].flat().flatMap((value) => {
    if (typeof value === 'string') return [value];
    return typeof value === 'number' ? [String(value)] : [];
  });
}

/** A whole number of an address; absent if it is none. */
export function numberIn(search: Search, name: string): number | undefined {
  const text = textIn(search, name);
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** Whether something is said to be so: `1` or `true`. */
export function flagIn(search: Search, name: string): true | undefined {
  const value = search[name];
  return value === true || value === '1' || value === 'true' ? true : undefined;
}
