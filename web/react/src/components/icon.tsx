import { customProperties } from './custom-properties.ts';

const paths = {
  insert: 'M8 3.5v9M3.5 8h9',
  update: 'M11.2 3.2l1.6 1.6-7.3 7.3-2.3.7.7-2.3zM9.7 4.7l1.6 1.6',
  delete: 'M3.5 8h9',
  truncate: 'M4.5 4.5l7 7M11.5 4.5l-7 7',
  arrow: 'M3 8h9.5M9 4.5L12.5 8 9 11.5',
  close: 'M4 4l8 8M12 4l-8 8',
  up: 'M4 10l4-4 4 4',
  down: 'M4 6l4 4 4-4',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  play: 'M5 3.5l7 4.5-7 4.5z',
  download: 'M8 2.5v7.5M4.8 7L8 10.2 11.2 7M3 13h10',
  warning: 'M8 2.2L14.5 13.3H1.5zM8 6.5v3M8 11.3v.1',
  empty: 'M2.5 9.5l2-6h7l2 6v3.5h-11zM2.5 9.5h3.2l1 1.6h2.6l1-1.6h3.2',
  undone: 'M5.5 3L2.5 6l3 3M3 6h6.5a3.5 3.5 0 0 1 0 7H6',
  clock: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 4.8V8l2.3 1.6',
} as const;

/** The name of a picture. */
export type IconName = keyof typeof paths;

/** A picture beside a text that says the same. */
export function Icon({ name }: { name: IconName }) {
  const path = paths[name];
  // As a property, too: `* { all: unset }` of a page takes the shape of a path away with the rest.
  return (
    <svg className="pgr-icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={path} style={customProperties({ '--pgr-path': `path("${path}")` })} />
    </svg>
  );
}
