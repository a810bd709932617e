import { getRouteApi } from '@tanstack/react-router';

import { useMessages } from '../../messages/messages.ts';
import { Page } from '../../parts/Page.tsx';
import { Marks } from './Marks.tsx';
import { messages } from './messages.ts';
import { Operations } from './Operations.tsx';

const route = getRouteApi('/signed-in/operations/$target');

/** Work done by hand, and moments with names. */
export function OperationsPage() {
  const t = useMessages(messages);
  const { target } = route.useParams();
  return (
    <Page title={t.title}>
      <Operations target={target} />
      <Marks target={target} />
    </Page>
  );
}
