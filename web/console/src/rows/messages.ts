import { defineMessages } from '../messages/messages.ts';

export const messages = defineMessages({
  en: {
    empty: 'empty text',
    null: 'null',
    before: 'before',
    after: 'after',
    more: 'Show all',
    less: 'Show less',
    moreColumns: (count: string) => `Show ${count} more columns`,
    copyRows: 'Copy',
    copied: 'Copied',
    csv: 'CSV',
    json: 'JSON',
    hint: 'Arrow keys move through the cells, Ctrl+C copies one.',
  },
  de: {
    empty: 'leerer Text',
    null: 'null',
    before: 'vorher',
    after: 'nachher',
    more: 'Alles zeigen',
    less: 'Weniger zeigen',
    moreColumns: (count) => `${count} weitere Spalten zeigen`,
    copyRows: 'Kopieren',
    copied: 'Kopiert',
    csv: 'CSV',
    json: 'JSON',
    hint: 'Die Pfeiltasten bewegen durch die Zellen, Strg+C kopiert eine.',
  },
});
