import type { ReactNode } from 'react';
import { usePgRecall, type Theme } from '../provider.tsx';

/** What every component takes. */
export interface RootProps {
  className?: string | undefined;
  /** Light or dark; what the provider, `data-theme` of an ancestor or the system says without it. */
  theme?: Theme | undefined;
}

interface LabelledRootProps extends RootProps {
  /** What it is, for those who do not see it. */
  label: string;
  kind: string;
  children: ReactNode;
}

/** The element under which the style sheet holds: whatever is shown stands in one. */
export function Root({ className, theme, label, kind, children }: LabelledRootProps) {
  const shared = usePgRecall();
  const names = ['pgr', `pgr-${kind}`, className].filter(Boolean).join(' ');
  return (
    <section className={names} data-theme={theme ?? shared.theme} aria-label={label}>
      {children}
    </section>
  );
}
