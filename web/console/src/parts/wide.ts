import { useSyncExternalStore } from 'react';

const wide = window.matchMedia('(min-width: 64rem)');

function watch(change: () => void): () => void {
  wide.addEventListener('change', change);
  return () => wide.removeEventListener('change', change);
}

/** Whether there is room for something beside the list. */
export function useIsWide(): boolean {
  return useSyncExternalStore(watch, () => wide.matches);
}
