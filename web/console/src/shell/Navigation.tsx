import { Link } from '@tanstack/react-router';

import { useTarget } from '../app/targets.ts';
import { useMessages } from '../messages/messages.ts';
import { Icon } from '../parts/Icon.tsx';
import { messages } from './messages.ts';
import { groups, type Place } from './places.ts';

/** The way to all pages. */
export function Navigation() {
  const t = useMessages(messages);
  return (
    <nav className="rec-nav" aria-label={t.navigation}>
      {groups.map(({ name, places }) => (
        <div key={name} className="rec-nav-group">
          <h2 className="rec-nav-title">{t[name]}</h2>
          <ul>
            {places.map((place) => (
              <li key={place.name}>
                <PlaceLink place={place} />
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

function PlaceLink({ place: { name, icon, page, ofTarget } }: { place: Place }) {
  const t = useMessages(messages);
  const target = useTarget();
  const to = ofTarget && target !== undefined ? `/${page}/${target.name}` : `/${page}`;
  return (
    <Link to={to} className="rec-nav-link" activeOptions={{ includeSearch: false }}>
      <Icon name={icon} />
      <span>{t[name]}</span>
    </Link>
  );
}
