import { useState } from 'react';
import { byteCount, shownValue, type ShownValue } from '../journal/value.ts';
import { useWording, type Wording } from './wording.ts';

/** What is longer than this, or has more lines, is shown in part at first. */
const SHORT = 240;
const FEW_LINES = 8;

/** A value of a row. Null, the empty text and blanks are told apart, and nothing is cut for good. */
export function Value({ value }: { value: unknown }) {
  const wording = useWording();
  const shown = shownValue(value);
  const [isOpen, setOpen] = useState(false);
  const part = partOf(shown.text);
  const isLong = part.length < shown.text.length;
  return (
    <span className="pgr-value" data-kind={shown.kind}>
      <span className="pgr-value-text">{written(shown, isOpen ? shown.text : part, wording)}</span>
      {isLong && !isOpen && '…'}
      {isLong && (
        <button
          type="button"
          className="pgr-link"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? wording.messages.showLess : wording.messages.showAll(sizeOf(shown, wording))}
        </button>
      )}
    </span>
  );
}

/** The beginning of a text, where all of it is too much. */
function partOf(text: string): string {
  const lines = text.split('\n', FEW_LINES + 1);
  const few = lines.length > FEW_LINES ? lines.slice(0, FEW_LINES).join('\n') : text;
  // Half of a character is none.
  return few.length > SHORT ? few.slice(0, SHORT).replace(/[\uD800-\uDBFF]$/, '') : few;
}

function written({ kind }: ShownValue, text: string, { messages }: Wording): string {
  switch (kind) {
    case 'absent':
      return messages.notRecorded;
    case 'empty':
      return messages.emptyText;
    case 'blank':
      return messages.blankText(text.length);
    case 'bytes':
      return text.slice(2).replace(/(.{8})(?=.)/g, '$1 ');
    default:
      return text;
  }
}

function sizeOf({ kind, text }: ShownValue, { messages, number }: Wording): string {
  const count = kind === 'bytes' ? byteCount(text) : text.length;
  const words = kind === 'bytes' ? messages.bytes : messages.characters;
  return words(count, number(count));
}
