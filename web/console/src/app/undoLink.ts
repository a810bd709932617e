import { stringifySearch } from './address.ts';
import type { Wish } from '../pages/undo/wish.ts';

/** Where the undo of these changes is planned; nothing is changed by going there. */
export function undoLink(target: string, wish: Wish): string {
  return `/undo/${target}${stringifySearch({ ...wish })}`;
}
