import { diffWordsWithSpace } from 'diff';
import { useMemo, useState } from 'react';
import { shownValue } from '../journal/value.ts';
import { useWording } from './wording.ts';

/** Beyond this, finding the words that differ would hold up the page. */
const MOST_COMPARED = 20_000;
/** How much of what stayed the same is shown around a difference. */
const AROUND = 60;

/** Whether two texts are better shown as one with its differences than one beside the other. */
export function isTextDiff(before: unknown, after: unknown): boolean {
  return (
    typeof before === 'string' &&
    typeof after === 'string' &&
    shownValue(before).kind === 'text' &&
    shownValue(after).kind === 'text' &&
    Math.min(before.length, after.length) > 40 &&
    before.length + after.length <= MOST_COMPARED
  );
}

/** A text with the words that went and those that came. */
export function TextDiff({ before, after }: { before: string; after: string }) {
  const { messages, number } = useWording();
  const [isOpen, setOpen] = useState(false);
  const parts = useMemo(() => diffWordsWithSpace(before, after), [before, after]);
  const hasMore = parts.some(({ added, removed, value }) => !added && !removed && isLong(value));
  return (
    <span className="pgr-text-diff">
      {parts.map(({ added, removed, value }, index) => {
        // The parts have no names, and never move.
        if (added) return <ins key={index}>{value}</ins>;
        if (removed) return <del key={index}>{value}</del>;
        const position = { isFirst: index === 0, isLast: index === parts.length - 1 };
        return <span key={index}>{isOpen ? value : shortened(value, position)}</span>;
      })}
      {hasMore && (
        <button
          type="button"
          className="pgr-link"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen
            ? messages.showLess
            : messages.showAll(messages.characters(after.length, number(after.length)))}
        </button>
      )}
    </span>
  );
}

function isLong(text: string): boolean {
  return text.length > 3 * AROUND;
}

function shortened(text: string, { isFirst, isLast }: { isFirst: boolean; isLast: boolean }) {
  if (!isLong(text)) return text;
  const beginning = isFirst ? '' : text.slice(0, AROUND);
  const end = isLast ? '' : text.slice(-AROUND);
  return `${beginning} … ${end}`;
}
