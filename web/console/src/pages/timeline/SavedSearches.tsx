import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';

import { api, type Wire } from '../../app/api.ts';
import { defineMessages, useMessages } from '../../messages/messages.ts';
import { Button, IconButton } from '../../parts/Button.tsx';
import { Dialog } from '../../parts/Dialog.tsx';
import { Field } from '../../parts/Field.tsx';
import { Menu, type MenuEntry } from '../../parts/Menu.tsx';
import { Segments } from '../../parts/Segments.tsx';
import { FailureNote, Note } from '../../parts/State.tsx';

const messages = defineMessages({
  en: {
    saved: 'Saved',
    label: 'Saved searches',
    by: (owner: string) => `by ${owner}`,
    save: 'Save this search …',
    manage: 'Forget one …',
    title: 'Save this search',
    name: 'Name',
    who: 'Who finds it',
    own: 'Only me',
    shared: 'Everybody',
    keep: 'Save',
    search: 'Search',
    none: 'You have saved none yet.',
    forget: (name: string) => `Forget ${name}`,
  },
  de: {
    saved: 'Gespeichert',
    label: 'Gespeicherte Suchen',
    by: (owner: string) => `von ${owner}`,
    save: 'Diese Suche speichern …',
    manage: 'Eine vergessen …',
    title: 'Diese Suche speichern',
    name: 'Name',
    who: 'Wer sie findet',
    own: 'Nur ich',
    shared: 'Alle',
    keep: 'Speichern',
    search: 'Suche',
    none: 'Sie haben noch keine gespeichert.',
    forget: (name: string) => `${name} vergessen`,
  },
});

const searchesQuery = queryOptions({
  queryKey: ['searches'],
  queryFn: ({ signal }) => api.get('/v1/me/searches', { signal }),
  staleTime: 60_000,
});

interface SavedSearchesProps {
  target: string;
  q: string;
  onChoose: (q: string) => void;
}

/** Searches under a name: one's own, and those that others share. */
export function SavedSearches({ target, q, onChoose }: SavedSearchesProps) {
  const t = useMessages(messages);
  const [open, setOpen] = useState<'save' | 'manage'>();
  const { data } = useQuery(searchesQuery);
  const searches = (data ?? []).filter((search) => search.target === target);
  const own = searches.filter((search) => search.own);
  const entries: MenuEntry[] = [
    ...searches.map((search): MenuEntry => ({
      id: String(search.id),
      name: search.name,
      icon: 'star',
      hint: search.own ? undefined : t.by(search.owner),
      onAction: () => onChoose(search.query),
    })),
    ...(q === ''
      ? []
      : [{ id: 'save', name: t.save, icon: 'plus', onAction: () => setOpen('save') } as const]),
    { id: 'manage', name: t.manage, icon: 'trash', onAction: () => setOpen('manage') },
  ];
  const close = () => setOpen(undefined);
  return (
    <>
      <Menu label={t.label} entries={entries}>
        <Button icon="star">{t.saved}</Button>
      </Menu>
      <Dialog title={t.title} isOpen={open === 'save'} onClose={close}>
        <SaveForm target={target} q={q} onDone={close} />
      </Dialog>
      <Dialog title={t.label} isOpen={open === 'manage'} onClose={close}>
        <OwnSearches searches={own} />
      </Dialog>
    </>
  );
}

interface SaveFormProps {
  target: string;
  q: string;
  onDone: () => void;
}

function SaveForm({ target, q, onDone }: SaveFormProps) {
  const t = useMessages(messages);
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [who, setWho] = useState<'own' | 'shared'>('own');
  const saving = useMutation({
    mutationFn: () =>
      api.post('/v1/me/searches', {
        body: { name: name.trim(), target, query: q, shared: who === 'shared' },
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: searchesQuery.queryKey });
      onDone();
    },
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    saving.mutate();
  };
  return (
    <form className="rec-saved-form" onSubmit={submit}>
      {saving.isError ? <FailureNote error={saving.error} /> : null}
      <Note>
        <code>{q}</code>
      </Note>
      <Field label={t.name} value={name} onChange={setName} maxLength={100} isRequired />
      <div className="rec-field">
        <span className="rec-label">{t.who}</span>
        <Segments
          label={t.who}
          value={who}
          onChange={setWho}
          options={[
            { value: 'own', name: t.own },
            { value: 'shared', name: t.shared },
          ]}
        />
      </div>
      <Button type="submit" kind="primary" isPending={saving.isPending}>
        {t.keep}
      </Button>
    </form>
  );
}

function OwnSearches({ searches }: { searches: readonly Wire<'KeptSearch'>[] }) {
  const t = useMessages(messages);
  const client = useQueryClient();
  const forgetting = useMutation({
    mutationFn: (id: number) => api.delete('/v1/me/searches/{id}', { params: { path: { id } } }),
    onSettled: () => client.invalidateQueries({ queryKey: searchesQuery.queryKey }),
  });
  return (
    <>
      {forgetting.isError ? <FailureNote error={forgetting.error} /> : null}
      {searches.length === 0 ? <p>{t.none}</p> : null}
      <ul className="rec-saved-list">
        {searches.map(({ id, name, query }) => (
          <li key={id}>
            <div>
              <p>{name}</p>
              <code>{query}</code>
            </div>
            <IconButton icon="trash" label={t.forget(name)} onPress={() => forgetting.mutate(id)} />
          </li>
        ))}
      </ul>
    </>
  );
}
