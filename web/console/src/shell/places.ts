import type { IconName } from '../parts/Icon.tsx';

/** A page in the navigation. */
export interface Place {
  name:
    | 'timeline'
    | 'activity'
    | 'tables'
    | 'timeMachine'
    | 'undo'
    | 'operations'
    | 'approvals'
    | 'settings';
  icon: IconName;
  /** What its address begins with. */
  page: string;
  /** Whether it shows one target, which then stands behind that. */
  ofTarget: boolean;
  /** The key that leads there after `g`. */
  key: string;
}

/** All pages of the navigation, in their order. */
export const groups: readonly { name: 'look' | 'act' | 'manage'; places: readonly Place[] }[] = [
  {
    name: 'look',
    places: [
      { name: 'timeline', icon: 'timeline', page: 'timeline', ofTarget: true, key: 't' },
      { name: 'activity', icon: 'activity', page: 'activity', ofTarget: true, key: 'a' },
      { name: 'tables', icon: 'tables', page: 'tables', ofTarget: true, key: 'b' },
    ],
  },
];
