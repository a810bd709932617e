import { PgRecallProvider } from '@pgrecall/react/hooks';
import type { ReactNode } from 'react';

import '@pgrecall/react/styles.css';
import './Recall.css';
import { api } from '../app/api.ts';
import { localeOf, useLanguage } from '../messages/language.ts';

/** Gives the components that customers embed, too, the console's server and looks. */
export function Recall({ target, children }: { target: string; children: ReactNode }) {
  const { language } = useLanguage();
  return (
    <PgRecallProvider api={api} target={target} locale={localeOf(language)}>
      {children}
    </PgRecallProvider>
  );
}
