import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { api, type Wire } from '../../app/api.ts';
import { useMe } from '../../app/session.ts';
import { useMessages } from '../../messages/messages.ts';
import { Button, IconButton } from '../../parts/Button.tsx';
import { DataTable, type Column } from '../../parts/DataTable.tsx';
import { Badge } from '../../parts/Facts.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { Section } from '../../parts/Page.tsx';
import { Empty, Failure, FailureNote, Skeleton } from '../../parts/State.tsx';
import { messages } from './messages.ts';
import { NewToken } from './NewToken.tsx';

type Token = Wire<'Token'>;

/** Tokens with which programs ask: one's own, and for administrators those of all. */
export function Tokens() {
  const t = useMessages(messages);
  const { roles } = useMe();
  const [isMaking, setMaking] = useState(false);
  const own = useQuery({
    queryKey: ['tokens', 'own'],
    queryFn: ({ signal }) => api.get('/v1/me/tokens', { signal }),
  });
  const revoke = (id: number) => api.delete('/v1/me/tokens/{id}', { params: { path: { id } } });
  return (
    <div className="rec-settings">
      <Section
        title={t.sections.tokens}
        hint={t.tokensHint}
        actions={
          <Button small icon="plus" onPress={() => setMaking(true)}>
            {t.newToken}
          </Button>
        }
      >
        {own.error === null ? null : <Failure error={own.error} />}
        {own.isPending ? <Skeleton lines={3} /> : null}
        {own.data === undefined ? null : (
          <TokenTable label={t.sections.tokens} tokens={own.data} revoke={revoke} />
        )}
      </Section>
      {roles.includes('administrator') ? <AllTokens /> : null}
      <NewToken isOpen={isMaking} onClose={() => setMaking(false)} />
    </div>
  );
}

function AllTokens() {
  const t = useMessages(messages);
  const all = useQuery({
    queryKey: ['tokens', 'all'],
    queryFn: ({ signal }) => api.get('/v1/tokens', { params: { query: { limit: 1000 } }, signal }),
  });
  const revoke = (id: number) => api.delete('/v1/tokens/{id}', { params: { path: { id } } });
  return (
    <Section title={t.allTokens}>
      {all.error === null ? null : <Failure error={all.error} />}
      {all.isPending ? <Skeleton lines={3} /> : null}
      {all.data === undefined ? null : (
        <TokenTable label={t.allTokens} tokens={all.data.tokens} revoke={revoke} withUsers />
      )}
    </Section>
  );
}

interface TokenTableProps {
  label: string;
  tokens: readonly Token[];
  revoke: (id: number) => Promise<unknown>;
  withUsers?: boolean;
}

function TokenTable({ label, tokens, revoke, withUsers }: TokenTableProps) {
  const t = useMessages(messages);
  const client = useQueryClient();
  const taken = useMutation({
    mutationFn: revoke,
    onSuccess: () => client.invalidateQueries({ queryKey: ['tokens'] }),
  });
  if (tokens.length === 0) {
    return (
      <Empty icon="key" title={t.noTokens}>
        {t.noTokensHint}
      </Empty>
    );
  }
  const user: Column<Token> = { id: 'user', name: t.user, cell: (token) => token.user };
  const columns: Column<Token>[] = [
    { id: 'name', name: t.name, cell: ({ name }) => <bdi>{name}</bdi> },
    ...(withUsers ? [user] : []),
    { id: 'scopes', name: t.scopes, cell: ({ scopes }) => <code>{scopes.join(' ')}</code> },
    {
      id: 'target',
      name: t.target,
      isExtra: true,
      cell: ({ target }) => (target === '*' ? t.allTargets : target),
    },
    {
      id: 'expires',
      name: t.expires,
      cell: ({ expires_at, active }) =>
        active ? <Moment at={expires_at} as="short" /> : <Badge tone="delete">{t.over}</Badge>,
    },
    {
      id: 'used',
      name: t.lastUsed,
      isExtra: true,
      cell: ({ last_used_at }) => (last_used_at ? <Moment at={last_used_at} as="ago" /> : t.never),
    },
    {
      id: 'revoke',
      isNumber: true,
      name: t.deeds,
      cell: ({ id, active }) =>
        active ? (
          <IconButton icon="trash" label={t.revoke} onPress={() => taken.mutate(id)} />
        ) : null,
    },
  ];
  return (
    <>
      {taken.error === null ? null : <FailureNote error={taken.error} />}
      <DataTable label={label} columns={columns} rows={tokens} keyOf={({ id }) => String(id)} />
    </>
  );
}
