import type { Wire } from '../../app/api.ts';
import { useMessages } from '../../messages/messages.ts';
import { Button } from '../../parts/Button.tsx';
import { DataTable, type Column } from '../../parts/DataTable.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { Note } from '../../parts/State.tsx';
import { knowsKeys } from '../../second-factor/browserKeys.ts';
import { messages } from './messages.ts';

type Key = Wire<'Key'>;

interface KeysProps {
  factors: Wire<'Factors'>;
  onAdd: () => void;
  onRename: (key: Key) => void;
  onRemove: (key: Key) => void;
}

/** One's own security keys and passkeys. */
export function Keys({ factors, onAdd, onRename, onRemove }: KeysProps) {
  const t = useMessages(messages);
  const columns: Column<Key>[] = [
    { id: 'name', name: t.keyName, cell: ({ name }) => <bdi>{name}</bdi> },
    {
      id: 'since',
      name: t.since,
      isExtra: true,
      cell: ({ created_at }) => <Moment at={created_at} as="ago" />,
    },
    {
      id: 'used',
      name: t.lastUsed,
      isExtra: true,
      cell: ({ last_used_at }) =>
        last_used_at == null ? t.never : <Moment at={last_used_at} as="ago" />,
    },
    {
      id: 'deeds',
      isNumber: true,
      name: t.deeds,
      cell: (key) => (
        <span className="rec-settings-line">
          <Button small onPress={() => onRename(key)}>
            {t.rename}
          </Button>
          <Button small kind="danger" onPress={() => onRemove(key)}>
            {t.remove}
          </Button>
        </span>
      ),
    },
  ];
  const isHere = knowsKeys() && factors.keys_at === location.origin;
  return (
    <>
      {factors.keys.length === 0 ? null : (
        <DataTable
          label={t.keys}
          columns={columns}
          rows={factors.keys}
          keyOf={({ id }) => String(id)}
        />
      )}
      <div className="rec-settings-body rec-settings-form">
        {isHere ? null : <NotHere at={factors.keys_at ?? null} />}
        <div className="rec-settings-line">
          <Button icon="key" isDisabled={!isHere} onPress={onAdd}>
            {t.addKey}
          </Button>
        </div>
      </div>
    </>
  );
}

/** Why no key can be added here. */
function NotHere({ at }: { at: string | null }) {
  const t = useMessages(messages);
  if (at === null) return <Note>{t.keysNowhere}</Note>;
  if (at === location.origin) return <Note>{t.keysUnknown}</Note>;
  return (
    <Note>
      {t.keysElsewhere} <a href={`${at}/settings/account`}>{at}</a>
    </Note>
  );
}
