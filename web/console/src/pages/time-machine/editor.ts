import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { PostgreSQL, sql } from '@codemirror/lang-sql';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { Compartment, EditorState, Prec } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { tags } from '@lezer/highlight';

export interface EditorOptions {
  /** The shadow root in which the editor lives. */
  root: ShadowRoot;
  label: string;
  text: string;
  onText: (text: string) => void;
  onRun: () => void;
}

type Schema = Record<string, Record<string, string[]>>;

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--truncate)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--insert)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--update)' },
  { tag: tags.comment, color: 'var(--text-faint)', fontStyle: 'italic' },
  { tag: tags.typeName, color: 'var(--warn)' },
]);

const look = EditorView.theme({
  '&': { fontSize: '0.8125rem', color: 'var(--text)', backgroundColor: 'transparent' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55', maxHeight: '16rem' },
  '.cm-content': { padding: '0.625rem 0', caretColor: 'var(--text)', minHeight: '5.5rem' },
  '.cm-line': { padding: '0 0.75rem' },
  '.cm-tooltip': {
    border: '1px solid var(--line-strong)',
    borderRadius: '6px',
    backgroundColor: 'var(--raised)',
    overflow: 'hidden',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)', maxHeight: '14rem' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '0.125rem 0.5rem' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    backgroundColor: 'var(--selected)',
    color: 'var(--text)',
  },
});

/** An editor for SQL that can be told its text and what it may complete. */
export interface Editor {
  tell: (text: string) => void;
  complete: (schema: Schema) => void;
  close: () => void;
}

/**
 * Opens an editor. It lives in a shadow root, because only there does it make its styles with
 * `adoptedStyleSheets`, which the content security policy lets pass; elsewhere it would add a style
 * element.
 */
export function openEditor({ root, label, text, onText, onRun }: EditorOptions): Editor {
  const language = new Compartment();
  const languageOf = (schema: Schema) =>
    sql({ dialect: PostgreSQL, schema, defaultSchema: 'public', upperCaseKeywords: true });
  const run = () => {
    onRun();
    return true;
  };
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        Prec.highest(keymap.of([{ key: 'Mod-Enter', run }])),
        history(),
        closeBrackets(),
        bracketMatching(),
        autocompletion(),
        keymap.of([
          ...closeBracketsKeymap,
          ...defaultKeymap,
          ...historyKeymap,
          ...completionKeymap,
        ]),
        language.of(languageOf({})),
        syntaxHighlighting(colours),
        look,
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false' }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) onText(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    tell: (next) => {
      if (next === view.state.doc.toString()) return;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
    },
    complete: (schema) => view.dispatch({ effects: language.reconfigure(languageOf(schema)) }),
    close: () => view.destroy(),
  };
}
