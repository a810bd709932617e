import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { api, type Wire } from '../../app/api.ts';
import { useMessages } from '../../messages/messages.ts';
import { Button } from '../../parts/Button.tsx';
import { DataTable, type Column } from '../../parts/DataTable.tsx';
import { Badge } from '../../parts/Facts.tsx';
import { useNow } from '../../parts/now.ts';
import { Moment } from '../../parts/Moment.tsx';
import { Section } from '../../parts/Page.tsx';
import { Failure, Skeleton } from '../../parts/State.tsx';
import { messages } from './messages.ts';
import { EditUser, NewUser } from './UserDialogs.tsx';

export type User = Wire<'User'>;

/** Who may use the server. */
export function Users() {
  const t = useMessages(messages);
  const [isAdding, setAdding] = useState(false);
  const [edited, setEdited] = useState<string>();
  const { data, error, refetch } = useQuery({
    queryKey: ['users'],
    queryFn: ({ signal }) => api.get('/v1/users', { params: { query: { limit: 1000 } }, signal }),
  });
  const user = data?.users.find(({ name }) => name === edited);
  return (
    <div className="rec-settings rec-settings-wide">
      <Section
        title={t.sections.users}
        hint={t.usersHint}
        actions={
          <Button small icon="plus" onPress={() => setAdding(true)}>
            {t.newUser}
          </Button>
        }
      >
        {error === null ? null : <Failure error={error} onRetry={() => void refetch()} />}
        {data === undefined && error === null ? <Skeleton /> : null}
        {data === undefined ? null : <UserTable users={data.users} onEdit={setEdited} />}
      </Section>
      <NewUser isOpen={isAdding} onClose={() => setAdding(false)} />
      <EditUser user={user} onClose={() => setEdited(undefined)} />
    </div>
  );
}

interface UserTableProps {
  users: readonly User[];
  onEdit: (name: string) => void;
}

function UserTable({ users, onEdit }: UserTableProps) {
  const t = useMessages(messages);
  const columns: Column<User>[] = [
    { id: 'name', name: t.name, cell: ({ name }) => <strong>{name}</strong> },
    {
      id: 'roles',
      name: t.roles,
      cell: ({ roles }) => (
        <ul className="rec-settings-roles">
          {roles.map((held) => (
            <li key={`${held.role} ${held.target ?? '*'} ${held.tenant ?? ''}`}>
              {roleText(held)}
            </li>
          ))}
        </ul>
      ),
    },
    { id: 'state', name: t.state, cell: (user) => <State user={user} /> },
    {
      id: 'last',
      name: t.lastSignIn,
      isExtra: true,
      cell: ({ last_sign_in_at }) =>
        last_sign_in_at ? <Moment at={last_sign_in_at} as="ago" /> : t.never,
    },
    {
      id: 'edit',
      isNumber: true,
      name: t.deeds,
      cell: ({ name }) => (
        <Button small onPress={() => onEdit(name)} aria-label={`${t.manage}: ${name}`}>
          {t.manage}
        </Button>
      ),
    },
  ];
  return (
    <DataTable label={t.sections.users} columns={columns} rows={users} keyOf={({ name }) => name} />
  );
}

function roleText({ role, target, tenant }: User['roles'][number]): string {
  const where = !target || target === '*' ? '' : ` · ${target}`;
  return `${role}${where}${tenant ? ` · ${tenant}` : ''}`;
}

function State({ user }: { user: User }) {
  const t = useMessages(messages);
  const now = useNow(30_000);
  const isLocked = user.locked_until ? Date.parse(user.locked_until) > now : false;
  return (
    <span className="rec-settings-line">
      {user.disabled ? <Badge tone="delete">{t.disabled}</Badge> : null}
      {isLocked ? <Badge tone="warn">{t.locked}</Badge> : null}
      {!user.disabled && !user.has_password ? <Badge tone="update">{t.invited}</Badge> : null}
      {!user.disabled && user.has_password && !isLocked ? <Badge>{t.active}</Badge> : null}
      {user.second_factor ? <Badge tone="insert">{t.withFactor}</Badge> : null}
    </span>
  );
}
