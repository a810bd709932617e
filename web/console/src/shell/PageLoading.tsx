import { Skeleton } from '../parts/State.tsx';

/** In place of a page whose code or data is still on its way. */
export function PageLoading() {
  return (
    <div className="rec-page">
      <div className="rec-page-head" />
      <Skeleton lines={12} />
    </div>
  );
}
