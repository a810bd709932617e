import {
  ActivityHeatmap,
  AuditLogViewer,
  PgRecallProvider,
  RecordHistory,
  Timeline,
} from '@pgrecall/react';
import '@pgrecall/react/styles.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './page.css';
import { Values } from './values.tsx';

// `?theme=dark&locale=de&hostile&table=public.webinar&record=21` try what a page may do.
const wishes = new URLSearchParams(location.search);
const theme = wishes.get('theme');
if (theme) document.documentElement.dataset.theme = theme;
if (wishes.has('hostile')) addSheet('/hostile.css');

function addSheet(address: string): void {
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = address;
  document.head.append(link);
}

interface Access {
  target: string;
  token: string;
  expiresAt?: string;
}

/** What our own back end gives to whoever is signed in: it knows whose data they may see. */
async function getAccess(): Promise<Access> {
  const answer = await fetch('/recall-token', { method: 'POST' });
  if (!answer.ok) throw new Error(`no token: ${answer.status}`);
  return (await answer.json()) as Access;
}

function Page({ target }: { target: string }) {
  const table = wishes.get('table') ?? 'public.webinar';
  const record = wishes.get('record') ?? '21';
  const shows = (name: string) => (wishes.get('show') ?? name) === name;
  return (
    <PgRecallProvider
      address={location.origin}
      target={target}
      token={getAccess}
      locale={wishes.get('locale') ?? 'en'}
      timeZone={wishes.get('zone') ?? 'Europe/Vienna'}
    >
      <main className="page">
        <div className="page-head">
          <h1 className="page-name">Northwind Events</h1>
        </div>
        {shows('log') && <AuditLogViewer />}
        {shows('history') && <RecordHistory tableName={table} recordId={record} />}
        {shows('timeline') && <Timeline pageSize={30} />}
        {shows('heatmap') && <ActivityHeatmap />}
        {wishes.get('show') === 'values' && <Values />}
      </main>
    </PgRecallProvider>
  );
}

const { target } = await getAccess();
const page = document.getElementById('page');
if (page) {
  createRoot(page).render(
    <StrictMode>
      <Page target={target} />
    </StrictMode>,
  );
}
