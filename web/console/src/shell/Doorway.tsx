import { useEffect, type ReactNode } from 'react';

import './Doorway.css';
import { languages, useLanguage } from '../messages/language.ts';
import { Wordmark } from './Wordmark.tsx';

interface DoorwayProps {
  title: string;
  /** A line below the title. */
  lead?: ReactNode;
  children: ReactNode;
}

/** The frame of the pages before one is signed in. */
export function Doorway({ title, lead, children }: DoorwayProps) {
  const { language, speak } = useLanguage();
  useEffect(() => {
    document.title = `${title} · pgRecall`;
  }, [title]);
  return (
    <main className="rec-doorway">
      <div className="rec-doorway-card">
        <Wordmark />
        <div>
          <h1 className="rec-doorway-title">{title}</h1>
          {lead === undefined ? null : <p className="rec-doorway-lead">{lead}</p>}
        </div>
        {children}
      </div>
      <div className="rec-doorway-languages">
        {languages.map(({ code, name }) => (
          <button
            key={code}
            type="button"
            lang={code}
            aria-pressed={code === language}
            onClick={() => speak(code)}
          >
            {name}
          </button>
        ))}
      </div>
    </main>
  );
}
