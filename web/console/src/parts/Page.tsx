import { useEffect, type ReactNode } from 'react';

import './Page.css';

interface PageProps {
  title: string;
  /** What stands beside the title instead of a plain text, such as the name of a record. */
  heading?: ReactNode;
  /** Buttons at the right of the title. */
  actions?: ReactNode;
  /** A second bar: filters, tabs. */
  toolbar?: ReactNode;
  /** `scroll`: the page scrolls as one; `fill`: its parts scroll by themselves. */
  body?: 'scroll' | 'fill';
  children: ReactNode;
}

/** The frame of every page: a bar with its title, and what it shows below. */
export function Page({ title, heading, actions, toolbar, body = 'scroll', children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · pgRecall`;
  }, [title]);
  return (
    <div className="rec-page">
      <header className="rec-page-head">
        <h1 className="rec-page-title">{heading ?? title}</h1>
        {actions === undefined ? null : <div className="rec-page-actions">{actions}</div>}
      </header>
      {toolbar === undefined ? null : <div className="rec-page-toolbar">{toolbar}</div>}
      {/* Who has only a keyboard scrolls what can be focused. */}
      <div
        className={`rec-page-body rec-page-body-${body}`}
        {...(body === 'scroll' && { tabIndex: 0, role: 'region', 'aria-label': title })}
      >
        {children}
      </div>
    </div>
  );
}

interface SectionProps {
  title: string;
  hint?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** A titled part of a page, on a surface of its own. */
export function Section({ title, hint, actions, children }: SectionProps) {
  return (
    <section className="rec-section">
      <header className="rec-section-head">
        <div>
          <h2 className="rec-section-title">{title}</h2>
          {hint === undefined ? null : <p className="rec-section-hint">{hint}</p>}
        </div>
        {actions}
      </header>
      <div className="rec-section-body">{children}</div>
    </section>
  );
}
