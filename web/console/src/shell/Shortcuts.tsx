import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';

import { defineMessages, useMessages } from '../messages/messages.ts';
import { Dialog } from '../parts/Dialog.tsx';
import { KeyCap } from '../parts/Facts.tsx';
import { messages as shellMessages } from './messages.ts';
import { groups } from './places.ts';

const messages = defineMessages({
  en: {
    title: 'Keyboard shortcuts',
    everywhere: 'Everywhere',
    lists: 'In lists',
    help: 'Show this',
    search: 'Search or filter',
    next: 'Next',
    previous: 'Previous',
    open: 'Open',
    fold: 'Fold or unfold a transaction',
    newest: 'Back to the newest',
    close: 'Close, or clear',
    go: (page: string) => `Go to ${page}`,
    then: 'then',
  },
  de: {
    title: 'Tastenkürzel',
    everywhere: 'Überall',
    lists: 'In Listen',
    help: 'Dies zeigen',
    search: 'Suchen oder filtern',
    next: 'Nächste Zeile',
    previous: 'Vorige Zeile',
    open: 'Öffnen',
    fold: 'Transaktion auf- oder zuklappen',
    newest: 'Zurück zum Neuesten',
    close: 'Schließen oder leeren',
    go: (page: string) => `Zu ${page}`,
    then: 'dann',
  },
});

const wanted = new EventTarget();

/** Shows the overlay with all shortcuts. */
export function showShortcuts(): void {
  wanted.dispatchEvent(new Event('show'));
}

/** Whether a key is meant for what has the focus, and not for a shortcut. */
export function isTyping(event: KeyboardEvent): boolean {
  if (event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented) return true;
  const { target } = event;
  const selector = 'input, textarea, select, [contenteditable], [role="dialog"], [role="listbox"]';
  return target instanceof Element && target.closest(selector) !== null;
}

/** The shortcuts that hold on all pages, and the overlay that lists them. */
export function Shortcuts() {
  const t = useMessages(messages);
  const [isOpen, setOpen] = useState(false);
  useGoTo(() => setOpen(true));
  useEffect(() => {
    const show = () => setOpen(true);
    wanted.addEventListener('show', show);
    return () => wanted.removeEventListener('show', show);
  }, []);
  return (
    <Dialog title={t.title} isOpen={isOpen} onClose={() => setOpen(false)}>
      <div className="rec-shortcuts">
        <ShortcutList />
      </div>
    </Dialog>
  );
}

function ShortcutList() {
  const t = useMessages(messages);
  const names = useMessages(shellMessages);
  const places = groups.flatMap((group) => group.places);
  const lists: [string, string[]][] = [
    [t.next, ['j']],
    [t.previous, ['k']],
    [t.open, ['Enter']],
    [t.fold, ['x']],
    [t.newest, ['.']],
    [t.close, ['Esc']],
  ];
  const everywhere: [string, string[]][] = [
    [t.search, ['/']],
    ...places.map(({ name, key }): [string, string[]] => [t.go(names[name]), ['g', key]]),
    [t.help, ['?']],
  ];
  return (
    <>
      <Keys title={t.everywhere} keys={everywhere} />
      <Keys title={t.lists} keys={lists} />
    </>
  );
}

function Keys({ title, keys }: { title: string; keys: [string, string[]][] }) {
  return (
    <section>
      <h3 className="rec-label">{title}</h3>
      <dl>
        {keys.map(([deed, pressed]) => (
          <div key={deed} className="rec-shortcut">
            <dt>{deed}</dt>
            <dd>
              {pressed.map((key) => (
                <KeyCap key={key}>{key}</KeyCap>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** `?` shows the overlay; `g` and a letter lead to a page. */
function useGoTo(show: () => void) {
  const navigate = useNavigate();
  useEffect(() => {
    let isGoing = false;
    const press = (event: KeyboardEvent) => {
      if (isTyping(event)) return;
      const places = groups.flatMap((group) => group.places);
      const place = isGoing ? places.find(({ key }) => key === event.key) : undefined;
      isGoing = event.key === 'g';
      if (event.key === '?') show();
      if (place !== undefined) {
        event.preventDefault();
        // Other listeners would take the letter for theirs.
        event.stopImmediatePropagation();
        void navigate({ href: `/${place.page}` });
      }
    };
    window.addEventListener('keydown', press, { capture: true });
    return () => window.removeEventListener('keydown', press, { capture: true });
  }, [navigate, show]);
}
