import { useMessages } from '../../messages/messages.ts';
import { Badge } from '../../parts/Facts.tsx';
import { messages } from './messages.ts';
import { placesOf, type Classified } from './places.ts';

/** What kind of data it is, a badge for each class. */
export function Classes({ classes }: { classes: readonly string[] }) {
  if (classes.length === 0) return null;
  return (
    <span className="rec-table-badges">
      {classes.map((name) => (
        <Badge key={name} tone="accent">
          {name}
        </Badge>
      ))}
    </span>
  );
}

/** What kind of data a table or any of its columns holds, each with where it does. */
export function AllClasses({ table }: { table: Classified }) {
  const t = useMessages(messages);
  const found = placesOf(table);
  if (found.length === 0) return null;
  return (
    <span className="rec-table-badges">
      {found.map(([name, columns]) => (
        <span
          key={name}
          title={columns === null ? t.classOfTable : t.classOfColumns(columns.join(', '))}
        >
          <Badge tone="accent">{name}</Badge>
        </span>
      ))}
    </span>
  );
}
