import { useRouter, type ErrorComponentProps } from '@tanstack/react-router';

import { queryClient } from '../app/queries.ts';
import { Failure } from '../parts/State.tsx';

/** In place of a page that could not be shown. */
export function PageFailure({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const retry = async () => {
    await queryClient.resetQueries();
    reset();
    await router.invalidate();
  };
  return (
    <main className="rec-page">
      <Failure error={error} onRetry={() => void retry()} />
    </main>
  );
}
