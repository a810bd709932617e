import { getRouteApi, Link } from '@tanstack/react-router';

import { useMe } from '../../app/session.ts';
import { useMessages } from '../../messages/messages.ts';
import { Page } from '../../parts/Page.tsx';
import { Account } from './Account.tsx';
import { AuditLog } from './AuditLog.tsx';
import { Channels } from './Channels.tsx';
import { messages } from './messages.ts';
import { Notifications } from './Notifications.tsx';
import { sections, type SectionName } from './route.ts';
import './settings.css';
import { Tokens } from './Tokens.tsx';
import { Users } from './Users.tsx';

const route = getRouteApi('/signed-in/settings/$section');

/** Who sees a part that not everybody sees; a role that holds for one target only is not enough. */
const reserved: Partial<Record<SectionName, readonly string[]>> = {
  users: ['administrator'],
  channels: ['administrator'],
  log: ['administrator', 'auditor'],
};

/** Settings, and the log of pgRecall itself. */
export function SettingsPage() {
  const t = useMessages(messages);
  const { section } = route.useParams();
  const { roles } = useMe();
  const mine = sections.filter(
    (name) => reserved[name]?.some((role) => roles.includes(role)) ?? true,
  );
  const shown = mine.find((name) => name === section);
  return (
    <Page
      title={shown === undefined ? t.title : t.sections[shown]}
      heading={t.title}
      toolbar={
        <nav className="rec-settings-tabs" aria-label={t.title}>
          {mine.map((name) => (
            <Link
              key={name}
              to="/settings/$section"
              params={{ section: name }}
              className="rec-settings-tab"
              activeProps={{ 'aria-current': 'page' }}
            >
              {t.sections[name]}
            </Link>
          ))}
        </nav>
      }
    >
      {shown === 'account' ? <Account /> : null}
      {shown === 'tokens' ? <Tokens /> : null}
      {shown === 'notifications' ? <Notifications /> : null}
      {shown === 'users' ? <Users /> : null}
      {shown === 'channels' ? <Channels /> : null}
      {shown === 'log' || (shown === undefined && section === 'log') ? <AuditLog /> : null}
    </Page>
  );
}
