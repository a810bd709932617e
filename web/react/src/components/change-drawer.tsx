import { useEffect, useRef, type MouseEvent } from 'react';
import type { Change } from '../journal/change.ts';
import { FieldList, pairOf } from './change-diff.tsx';
import { ChangeFacts } from './change-facts.tsx';
import { Icon } from './icon.tsx';
import { OperationTag } from './operation-tag.tsx';
import { RecordName } from './record-name.tsx';
import { useWording } from './wording.ts';

interface ChangeDrawerProps {
  /** The list in which one can go on to the next, newest first. */
  changes: readonly Change[];
  openId: number | undefined;
  open: (id: number | undefined) => void;
}

/** A change in full, at the side of the page, above all that is on it. */
export function ChangeDrawer({ changes, openId, open }: ChangeDrawerProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const { messages } = useWording();
  const at = changes.findIndex(({ id }) => id === openId);
  const change = changes[at];
  const isOpen = change !== undefined;

  useEffect(() => {
    // The top layer of the browser: no `z-index` and no `overflow` of the page reaches it.
    if (isOpen && !dialog.current?.open) dialog.current?.showModal();
    if (!isOpen) dialog.current?.close();
  }, [isOpen]);

  const closeOutside = (event: MouseEvent) => {
    if (event.target === dialog.current) open(undefined);
  };
  return (
    // Esc closes a dialog by itself; a click beside it is for the pointer only.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/click-events-have-key-events
    <dialog
      ref={dialog}
      className="pgr-drawer"
      aria-label={messages.details}
      onClose={() => open(undefined)}
      onClick={closeOutside}
    >
      {change && (
        <div className="pgr-drawer-body">
          <header className="pgr-drawer-head">
            <div className="pgr-drawer-name">
              <OperationTag op={change.op} />
              <RecordName table={change.table} keyOf={change.key} />
            </div>
            <Step icon="up" label={messages.newer} to={changes[at - 1]} open={open} />
            <Step icon="down" label={messages.older} to={changes[at + 1]} open={open} />
            <button
              type="button"
              className="pgr-icon-button"
              aria-label={messages.close}
              title={messages.close}
              onClick={() => open(undefined)}
            >
              <Icon name="close" />
            </button>
          </header>
          <div className="pgr-drawer-content" key={change.id}>
            <ChangeFacts change={change} />
            <FieldList rows={pairOf(change)} />
          </div>
        </div>
      )}
    </dialog>
  );
}

interface StepProps {
  icon: 'up' | 'down';
  label: string;
  to: Change | undefined;
  open: (id: number) => void;
}

function Step({ icon, label, to, open }: StepProps) {
  return (
    <button
      type="button"
      className="pgr-icon-button"
      aria-label={label}
      title={label}
      // Not `disabled`: a button that is used and then disabled takes the focus away with it.
      aria-disabled={to === undefined}
      onClick={() => to && open(to.id)}
    >
      <Icon name={icon} />
    </button>
  );
}
