/** A part of a list, and what to give as `cursor` for the next one. */
export interface Page<T> {
  items: readonly T[];
  next: string | undefined;
}

/** All pages of a list, one after the other, as far as they are asked for. */
export async function* pages<T>(
  fetchPage: (cursor: string | undefined) => Promise<Page<T>>,
): AsyncGenerator<readonly T[], void, undefined> {
  let cursor: string | undefined;
  do {
    const page = await fetchPage(cursor);
    yield page.items;
    // A server that gives the same cursor again would be asked for ever.
    if (page.next === cursor) return;
    cursor = page.next;
  } while (cursor !== undefined);
}
