import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider as AriaRouter } from 'react-aria-components';
import { RouterProvider } from '@tanstack/react-router';

import { LanguageProvider } from '../messages/LanguageProvider.tsx';
import { queryClient } from './queries.ts';
import { router } from './router.tsx';

/** The whole console. */
export function App() {
  return (
    <LanguageProvider>
      <QueryClientProvider client={queryClient}>
        <AriaRouter navigate={(href) => void router.navigate({ href })}>
          <RouterProvider router={router} />
        </AriaRouter>
      </QueryClientProvider>
    </LanguageProvider>
  );
}
