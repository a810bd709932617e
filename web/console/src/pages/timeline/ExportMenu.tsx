import { useMessages } from '../../messages/messages.ts';
import { Button } from '../../parts/Button.tsx';
import { Menu } from '../../parts/Menu.tsx';
import { messages } from './messages.ts';

/** All that fits the search, as a file. */
export function ExportMenu({ target, q }: { target: string; q: string }) {
  const t = useMessages(messages);
  const download = (format: 'csv' | 'jsonl') => {
    const link = document.createElement('a');
    const query = new URLSearchParams({ ...(q !== '' && { q }), format });
    link.href = `/v1/targets/${target}/changes/export?${query.toString()}`;
    link.download = `${target}-changes.${format}`;
    link.click();
  };
  return (
    <Menu
      label={t.export}
      entries={[
        { id: 'csv', name: t.exportCsv, onAction: () => download('csv') },
        { id: 'jsonl', name: t.exportJson, onAction: () => download('jsonl') },
      ]}
    >
      <Button>{t.export}</Button>
    </Menu>
  );
}
