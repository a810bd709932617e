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
      { name: 'timeMachine', icon: 'clock', page: 'time-machine', ofTarget: true, key: 'm' },
    ],
  },
  {
    name: 'act',
    places: [
      { name: 'undo', icon: 'undo', page: 'undo', ofTarget: true, key: 'u' },
      { name: 'operations', icon: 'wrench', page: 'operations', ofTarget: true, key: 'o' },
      { name: 'approvals', icon: 'approve', page: 'approvals', ofTarget: false, key: 'p' },
    ],
  },
  {
    name: 'manage',
    places: [{ name: 'settings', icon: 'settings', page: 'settings', ofTarget: false, key: 's' }],
  },
];
