import { useEffect, useEffectEvent, useRef } from 'react';

import { openEditor, type Editor } from './editor.ts';

interface SqlEditorProps {
  label: string;
  text: string;
  /** Tables and their columns by schema, for completion. */
  schema: Record<string, Record<string, string[]>>;
  onText: (text: string) => void;
  onRun: () => void;
}

/** A place to write SQL, with colours and completion. It is loaded when it is needed. */
export function SqlEditor({ label, text, schema, onText, onRun }: SqlEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor>(null);
  const run = useEffectEvent(onRun);
  const tell = useEffectEvent(onText);
  const first = useRef(text);
  useEffect(() => {
    const place = host.current;
    if (place === null) return undefined;
    const root = place.shadowRoot ?? place.attachShadow({ mode: 'open' });
    const opened = openEditor({
      root,
      label,
      text: first.current,
      onText: (typed) => tell(typed),
      onRun: () => run(),
    });
    editor.current = opened;
    return () => opened.close();
  }, [label]);
  useEffect(() => editor.current?.complete(schema), [schema, label]);
  useEffect(() => editor.current?.tell(text), [text]);
  return <div ref={host} className="rec-tm-editor" />;
}
