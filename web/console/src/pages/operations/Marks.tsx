import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type SyntheticEvent } from 'react';

import { api, type Wire } from '../../app/api.ts';
import { marksQuery } from '../../app/journal.ts';
import { useTarget } from '../../app/targets.ts';
import { useMessages } from '../../messages/messages.ts';
import { Button, ButtonLink, IconButton } from '../../parts/Button.tsx';
import { DataTable, type Column } from '../../parts/DataTable.tsx';
import { Dialog } from '../../parts/Dialog.tsx';
import { Field } from '../../parts/Field.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { Section } from '../../parts/Page.tsx';
import { Empty, Failure, FailureNote, Skeleton } from '../../parts/State.tsx';
import { messages } from './messages.ts';

type Mark = Wire<'Mark'>;

/** Who may give moments names. */
const markers = ['operator', 'administrator'];

/** Moments with names, newest first. */
export function Marks({ target }: { target: string }) {
  const t = useMessages(messages);
  const { data: marks, error } = useQuery(marksQuery(target));
  const [isNaming, setNaming] = useState(false);
  const mayMark = useTarget()?.roles.some((role) => markers.includes(role)) ?? false;
  const take = mayMark ? (
    <Button small icon="plus" onPress={() => setNaming(true)}>
      {t.take}
    </Button>
  ) : undefined;
  return (
    <Section title={t.marks} hint={t.marksHint} actions={take}>
      {error === null ? null : <Failure error={error} />}
      {marks === undefined && error === null ? <Skeleton lines={3} /> : null}
      {marks?.length === 0 ? (
        <Empty icon="star" title={t.noMarks}>
          {t.noMarksHint}
        </Empty>
      ) : null}
      {marks !== undefined && marks.length > 0 ? (
        <MarkTable target={target} marks={marks} mayMark={mayMark} />
      ) : null}
      <Dialog title={t.take} isOpen={isNaming} onClose={() => setNaming(false)}>
        <NewMark target={target} onDone={() => setNaming(false)} />
      </Dialog>
    </Section>
  );
}

interface TableProps {
  target: string;
  marks: readonly Mark[];
  mayMark: boolean;
}

function MarkTable({ target, marks, mayMark }: TableProps) {
  const t = useMessages(messages);
  const [leaving, setLeaving] = useState<string>();
  const columns: Column<Mark>[] = [
    { id: 'name', name: t.name, cell: ({ name }) => <bdi>{name}</bdi> },
    { id: 'at', name: t.moment, cell: ({ at }) => <Moment at={at} /> },
    { id: 'reason', name: t.reason, isExtra: true, cell: ({ reason }) => <bdi>{reason}</bdi> },
    {
      id: 'by',
      name: t.by,
      isExtra: true,
      cell: ({ actor, database_user }) => actor ?? database_user,
    },
    {
      id: 'deeds',
      isNumber: true,
      name: t.deeds,
      cell: ({ name }) => (
        <span className="rec-operation-deeds">
          <ButtonLink
            small
            icon="clock"
            to="/time-machine/$target"
            params={{ target }}
            search={{ at: `mark:${name}` }}
          >
            {t.look}
          </ButtonLink>
          {mayMark ? (
            <IconButton icon="trash" label={t.remove} onPress={() => setLeaving(name)} />
          ) : null}
        </span>
      ),
    },
  ];
  return (
    <>
      <DataTable label={t.marks} columns={columns} rows={marks} keyOf={({ name }) => name} />
      <Dialog
        title={t.removeTitle(leaving ?? '')}
        isOpen={leaving !== undefined}
        onClose={() => setLeaving(undefined)}
      >
        <RemoveMark target={target} name={leaving ?? ''} onDone={() => setLeaving(undefined)} />
      </Dialog>
    </>
  );
}

interface DeedProps {
  target: string;
  onDone: () => void;
}

function RemoveMark({ target, name, onDone }: DeedProps & { name: string }) {
  const t = useMessages(messages);
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () =>
      api.delete('/v1/targets/{target}/marks/{name}', { params: { path: { target, name } } }),
    onSuccess: async () => {
      await client.invalidateQueries(marksQuery(target));
      onDone();
    },
  });
  return (
    <div className="rec-operation-form">
      <p>{t.removeText}</p>
      {remove.error === null ? null : <FailureNote error={remove.error} />}
      <div className="rec-operation-deeds">
        <Button kind="danger" isPending={remove.isPending} onPress={() => remove.mutate()}>
          {t.remove}
        </Button>
        <Button onPress={onDone}>{t.cancel}</Button>
      </div>
    </div>
  );
}

function NewMark({ target, onDone }: DeedProps) {
  const t = useMessages(messages);
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [reason, setReason] = useState('');
  const make = useMutation({
    mutationFn: () =>
      api.post('/v1/targets/{target}/marks', {
        params: { path: { target } },
        body: { name: name.trim(), reason: reason.trim() === '' ? null : reason.trim() },
      }),
    onSuccess: async () => {
      await client.invalidateQueries(marksQuery(target));
      onDone();
    },
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <form className="rec-operation-form" onSubmit={submit}>
      <Field label={t.markName} hint={t.markNameHint} value={name} onChange={setName} isRequired />
      <Field label={t.reason} value={reason} onChange={setReason} />
      {make.error === null ? null : <FailureNote error={make.error} />}
      <div className="rec-operation-deeds">
        <Button
          kind="primary"
          type="submit"
          isDisabled={name.trim() === ''}
          isPending={make.isPending}
        >
          {t.save}
        </Button>
        <Button onPress={onDone}>{t.cancel}</Button>
      </div>
    </form>
  );
}
