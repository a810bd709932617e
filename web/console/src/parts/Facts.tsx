import type { ReactNode } from 'react';

import './Facts.css';

/** A short word in a frame: a state, a kind. */
export function Badge({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) {
  return <span className={`rec-badge rec-badge-${tone}`}>{children}</span>;
}

export type Tone = 'plain' | 'accent' | 'insert' | 'update' | 'delete' | 'truncate' | 'warn';

/** A key of the keyboard. */
export function KeyCap({ children }: { children: string }) {
  return <kbd className="rec-keycap">{children}</kbd>;
}

/** Facts with their names, one below the other; what is not known is left out. */
export function Facts({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) {
  const known = facts.filter(([, fact]) => fact !== null && fact !== undefined && fact !== '');
  return (
    <dl className="rec-facts">
      {known.map(([name, fact]) => (
        <div key={name} className="rec-fact">
          <dt>{name}</dt>
          <dd>{fact}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Figures that are meant to be seen first. */
export function Figures({ figures }: { figures: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="rec-figures">
      {figures.map(([name, figure]) => (
        <div key={name} className="rec-figure">
          <dt>{name}</dt>
          <dd>{figure}</dd>
        </div>
      ))}
    </dl>
  );
}
