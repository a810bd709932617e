import { ChangeDiff } from '@pgrecall/react';
import { parseJson } from '@pgrecall/api-client';

const long = 'The order was packed in the morning, checked twice and handed to the carrier. ';

/** A row with values of every kind, as they come from the API. */
const before = parseJson(`{
  "id": 42, "account": 9007199254740993, "price": 1.5, "note": null, "nickname": "", "blank": "  ",
  "active": true, "photo": "\\\\x89504e470d0a1a0a0000000d49484452000001000000010008060000005c72a866",
  "settings": {"theme": "dark", "mail": {"weekly": true, "address": "ann@example.org"}, "tags": ["a", "b"]},
  "story": "${long.repeat(2)}It left on Monday. ${long.repeat(9)}", "word": "open",
  "gone": "was here", "same": "unchanged", "other": 7
}`) as Record<string, unknown>;

const after = parseJson(`{
  "id": 42, "account": 9007199254740995, "price": 1.50, "note": "", "nickname": null, "blank": " ",
  "active": false, "photo": "\\\\x89504e470d0a1a0a0000000d49484452000002000000020008060000005c72a866",
  "settings": {"theme": "light", "mail": {"weekly": true, "address": "ann@example.com"}, "tags": ["a"], "new": {"x": 1}},
  "story": "${long.repeat(2)}It left on Tuesday evening. ${long.repeat(9)}", "word": "closed",
  "same": "unchanged", "other": 7, "added": "${'x'.repeat(4000)}"
}`) as Record<string, unknown>;

/** Shows what differences look like, and a row of three hundred columns. */
export function Values() {
  const wide = (offset: number) =>
    Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [`column_${index + 1}`, index * offset]),
    );
  return (
    <>
      <ChangeDiff before={before} after={after} />
      <ChangeDiff before={wide(1)} after={wide(2)} />
    </>
  );
}
