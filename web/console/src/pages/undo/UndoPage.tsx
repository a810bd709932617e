import { getRouteApi } from '@tanstack/react-router';

import './undo.css';
import { useMessages } from '../../messages/messages.ts';
import { Page } from '../../parts/Page.tsx';
import { messages } from './messages.ts';
import { useMakePlan } from './plan.ts';
import { WishForm } from './WishForm.tsx';

const route = getRouteApi('/signed-in/undo/$target');

/** Where changes are selected that are to be taken back. */
export function UndoPage() {
  const t = useMessages(messages);
  const { target } = route.useParams();
  const wish = route.useSearch();
  const make = useMakePlan(target);
  return (
    <Page title={t.title}>
      <p className="rec-undo-lead">{t.lead}</p>
      <WishForm
        // What the address says is taken over anew when it changes.
        key={JSON.stringify(wish)}
        target={target}
        wish={wish}
        error={make.error}
        isPending={make.isPending}
        onWish={(wanted) => make.mutate(wanted)}
      />
    </Page>
  );
}
