import { useMessages } from '../messages/messages.ts';
import { ButtonLink } from '../parts/Button.tsx';
import { Page } from '../parts/Page.tsx';
import { Empty } from '../parts/State.tsx';
import { messages } from './messages.ts';

/** In place of a page that is not there. */
export function PageMissing() {
  const t = useMessages(messages);
  return (
    <Page title={t.missing}>
      <Empty title={t.missing} action={<ButtonLink to="/">{t.toStart}</ButtonLink>}>
        {t.missingText}
      </Empty>
    </Page>
  );
}
