import { Outlet, useNavigate, useParams, useRouter } from '@tanstack/react-router';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';

import './Shell.css';
import { meQuery } from '../app/session.ts';
import { useTarget } from '../app/targets.ts';
import { useMessages } from '../messages/messages.ts';
import { IconButton } from '../parts/Button.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { Page } from '../parts/Page.tsx';
import { Empty } from '../parts/State.tsx';
import { AccountMenu } from './AccountMenu.tsx';
import { messages } from './messages.ts';
import { Navigation } from './Navigation.tsx';
import { Shortcuts } from './Shortcuts.tsx';
import { TargetSwitcher } from './TargetSwitcher.tsx';
import { Wordmark } from './Wordmark.tsx';

/** What stands around every page: navigation at the side, or on top of small screens. */
export function Shell() {
  const t = useMessages(messages);
  const main = useRef<HTMLElement>(null);
  useSignInWhenOver();
  return (
    <div className="rec-shell">
      <a
        className="rec-skip"
        href="#content"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        {t.skip}
      </a>
      <aside className="rec-sidebar">
        <Sidebar />
      </aside>
      <TopBar />
      <main id="content" className="rec-main" ref={main} tabIndex={-1}>
        <Content />
      </main>
      <Shortcuts />
    </div>
  );
}

function Sidebar() {
  return (
    <>
      <Wordmark />
      <TargetSwitcher />
      <Navigation />
      <AccountMenu />
    </>
  );
}

/** On small screens: the navigation opens over the page. */
function TopBar() {
  const t = useMessages(messages);
  const [isOpen, setOpen] = useState(false);
  const { history } = useRouter();
  useEffect(() => history.subscribe(() => setOpen(false)), [history]);
  return (
    <header className="rec-topbar">
      <IconButton icon="menu" label={t.openNavigation} onPress={() => setOpen(true)} />
      <Wordmark />
      <Dialog title={<Wordmark />} place="start" isOpen={isOpen} onClose={() => setOpen(false)}>
        <div className="rec-sidebar-inside">
          <TargetSwitcher />
          <Navigation />
          <AccountMenu />
        </div>
      </Dialog>
    </header>
  );
}

/** The page, unless its address names a target that is not there. */
function Content() {
  const t = useMessages(messages);
  const target = useTarget();
  const { target: named } = useParams({ strict: false });
  if (named === undefined || target !== undefined) return <Outlet />;
  return (
    <Page title={t.unknownTarget}>
      <Empty icon="database" title={t.unknownTarget}>
        {t.unknownTargetText}
      </Empty>
    </Page>
  );
}

/** Leads to sign-in when the session is over, and back here from there. */
function useSignInWhenOver() {
  const { data: me } = useSuspenseQuery(meQuery);
  const navigate = useNavigate();
  const router = useRouter();
  const isOver = me === null;
  useEffect(() => {
    if (!isOver) return;
    const next = router.state.location.href;
    void navigate({ to: '/sign-in', search: { next, over: true } });
  }, [isOver, navigate, router]);
}
