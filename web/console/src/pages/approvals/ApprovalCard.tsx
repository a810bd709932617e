import { Link } from '@tanstack/react-router';

import { useFormats } from '../../messages/format.ts';
import { useMessages } from '../../messages/messages.ts';
import { Badge, type Tone } from '../../parts/Facts.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { rowsOf, type Asked } from './approval.ts';
import { messages } from './messages.ts';

const tones: Readonly<Record<string, Tone>> = {
  requested: 'warn',
  approved: 'insert',
  rejected: 'delete',
  applying: 'update',
  applied: 'insert',
  failed: 'delete',
};

/** How far an approval has come, in a word. */
export function StatusBadge({ status }: { status: string }) {
  const t = useMessages(messages);
  return <Badge tone={tones[status] ?? 'plain'}>{t.status[status] ?? status}</Badge>;
}

/** An approval in a few lines: what for, by whom, how far. */
export function ApprovalCard({ target, approval }: Asked) {
  const t = useMessages(messages);
  const { number } = useFormats();
  const rows = rowsOf(approval.rows);
  return (
    <Link
      to="/approvals/$target/$id"
      params={{ target, id: String(approval.id) }}
      className="rec-approval-card"
    >
      <span className="rec-approval-line">
        <StatusBadge status={approval.status} />
        <span className="rec-approval-rows">{t.rows(number(rows), rows === 1)}</span>
        <code>{target}</code>
        <span className="rec-approval-when">
          <Moment at={approval.requested_at} as="ago" />
        </span>
      </span>
      <bdi className="rec-approval-reason">{approval.reason}</bdi>
      <span className="rec-approval-line rec-approval-soft">
        {t.askedBy(approval.requested_by)}
        {approval.status === 'requested' && approval.approvers > 1 ? (
          <span>{t.given(number(approval.approved), number(approval.approvers))}</span>
        ) : null}
        <code>{approval.rows.map(({ table }) => table).join(', ')}</code>
      </span>
    </Link>
  );
}
