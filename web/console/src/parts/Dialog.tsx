import type { ReactNode } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';

import './Dialog.css';
import { defineMessages, useMessages } from '../messages/messages.ts';
import { IconButton } from './Button.tsx';

const messages = defineMessages({
  en: { close: 'Close' },
  de: { close: 'Schließen' },
});

interface DialogProps {
  title: ReactNode;
  isOpen: boolean;
  onClose: () => void;
  children: ReactNode;
  /** `dialog` stands in the middle, `side` takes the side of the page over its whole height. */
  place?: 'dialog' | 'side' | 'start';
  /** What stands at the bottom: buttons. */
  footer?: ReactNode;
}

/** Something over the page that is to be dealt with first. Escape and a click beside it close it. */
export function Dialog({ title, isOpen, onClose, children, place, footer }: DialogProps) {
  const t = useMessages(messages);
  return (
    <ModalOverlay
      className={`rec-veil rec-veil-${place ?? 'dialog'}`}
      isOpen={isOpen}
      isDismissable
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Modal className="rec-modal">
        <AriaDialog className="rec-dialog">
          <header className="rec-dialog-head">
            <Heading slot="title" className="rec-dialog-title">
              {title}
            </Heading>
            <IconButton icon="close" label={t.close} onPress={onClose} />
          </header>
          <div className="rec-dialog-body">{children}</div>
          {footer === undefined ? null : <footer className="rec-dialog-foot">{footer}</footer>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
