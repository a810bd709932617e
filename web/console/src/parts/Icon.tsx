/** Drawings of 16 by 16, in strokes. */
const drawings = {
  timeline: 'M2 4h4M2 8h8M2 12h6M10 4h4M13 8h1M11 12h3',
  activity: 'M2 13V9M6 13V3M10 13V7M14 13V5',
  tables: 'M2.5 3h11v10h-11zM2.5 6.5h11M6.5 6.5V13',
  clock: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12M8 4.5V8l2.5 1.5',
  undo: 'M3 7h7a3.5 3.5 0 0 1 0 7H7M3 7l3.5-3.5M3 7l3.5 3.5',
  wrench:
    'M10 2.6a3.6 3.6 0 0 0-3.4 4.9L2.5 11.6l1.9 1.9 4.1-4.1A3.6 3.6 0 0 0 13.4 6l-2 2-2.2-.5L8.7 5.3l2-2z',
  check: 'M3 8.5l3.2 3.2L13 4.8',
  approve: 'M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4M5.2 8.3l2 2 3.6-4',
  settings:
    'M2 4.5h5.2M10.8 4.5H14M2 11.5h2.2M7.8 11.5H14M9 2.7a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6M6 9.7a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6',
  database:
    'M13 4c0 1.1-2.2 2-5 2S3 5.1 3 4s2.2-2 5-2 5 .9 5 2M3 4v8c0 1.1 2.2 2 5 2s5-.9 5-2V4M3 8c0 1.1 2.2 2 5 2s5-.9 5-2',
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10M10.7 10.7 14 14',
  close: 'M4 4l8 8M12 4l-8 8',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  right: 'M6 3.5 10.5 8 6 12.5',
  left: 'M10 3.5 5.5 8 10 12.5',
  down: 'M3.5 6 8 10.5 12.5 6',
  updown: 'M5 6.2 8 3.2l3 3M5 9.8l3 3 3-3',
  up: 'M8 13V3M3.5 7.5 8 3l4.5 4.5',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  play: 'M5 3.2v9.6L12.5 8z',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  user: 'M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6M2.5 14c.6-2.6 2.7-4 5.5-4s4.9 1.4 5.5 4',
  menu: 'M2 4h12M2 8h12M2 12h12',
  sun: 'M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6M8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1',
  moon: 'M13.5 9.5A5.8 5.8 0 0 1 6.5 2.5a5.8 5.8 0 1 0 7 7',
  screen: 'M2 3h12v8H2zM6 14h4M8 11v3',
  warn: 'M8 2 14.5 13.5h-13zM8 6.5v3.2M8 11.6v.1',
  lock: 'M3.5 7h9v6.5h-9zM5.5 7V5a2.5 2.5 0 0 1 5 0v2',
  key: 'M6 13a3 3 0 1 0 0-6 3 3 0 0 0 0 6M8.2 7.8 13.5 2.5M11 5l2 2',
  star: 'M8 2l1.8 3.8 4.2.5-3.1 2.9.8 4.1L8 11.3l-3.7 2 .8-4.1L2 6.3l4.2-.5z',
  save: 'M4 2.5h8v11L8 10.5l-4 3z',
  link: 'M7 9a2.6 2.6 0 0 0 3.7 0l2.3-2.3A2.6 2.6 0 0 0 9.3 3L8 4.3M9 7a2.6 2.6 0 0 0-3.7 0L3 9.3A2.6 2.6 0 0 0 6.7 13L8 11.7',
  trash: 'M3 4.5h10M6.5 4.5v-2h3v2M4.5 4.5l.5 9h6l.5-9',
  help: 'M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4M6.2 6.3a1.9 1.9 0 1 1 2.7 1.8c-.6.3-.9.7-.9 1.4M8 11.4v.1',
  out: 'M6 3H3v10h3M7 8h7M11 5l3 3-3 3',
  external: 'M9 3h4v4M13 3 7.5 8.5M11 9.5V13H3V5h3.5',
  filter: 'M2 3.5h12L9.5 9v4.5l-3-1.5V9z',
  text: 'M3 4h10M3 8h10M3 12h6',
  restore: 'M2.5 8A5.5 5.5 0 1 0 4.3 4M2.5 2.5V6H6',
} as const;

export type IconName = keyof typeof drawings;

/** A small drawing beside a text; it says nothing by itself. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="rec-icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={drawings[name]} />
    </svg>
  );
}
