import type { ProblemError } from '@pgrecall/api-client';
import type { ReactNode } from 'react';
import type { Messages } from '../messages/messages.ts';
import { Icon, type IconName } from './icon.tsx';
import { useWording } from './wording.ts';

interface NoticeProps {
  icon: IconName;
  title: string;
  hint?: string | undefined;
  children?: ReactNode;
}

/** What stands where a list would: nothing to show, or a reason. */
export function Notice({ icon, title, hint, children }: NoticeProps) {
  return (
    <div className="pgr-notice">
      <span className="pgr-notice-icon">
        <Icon name={icon} />
      </span>
      <p className="pgr-notice-title">{title}</p>
      {hint !== undefined && <p className="pgr-notice-hint">{hint}</p>}
      {children}
    </div>
  );
}

/** Why something could not be loaded, what to do about it, and a button to try again. */
export function ProblemNotice({ problem, retry }: { problem: ProblemError; retry: () => void }) {
  const { messages } = useWording();
  const { title, hint } = explained(problem, messages);
  return (
    <div role="alert">
      <Notice icon="warning" title={title} hint={hint}>
        <button type="button" className="pgr-button" onClick={retry}>
          {messages.retry}
        </button>
        <p className="pgr-notice-code">
          {problem.code}
          {problem.request !== undefined && ` · ${messages.requestNumber} ${problem.request}`}
        </p>
      </Notice>
    </div>
  );
}

/** In the words of whoever reads an audit log in somebody's product, and not of whoever runs it. */
function explained(problem: ProblemError, messages: Messages) {
  switch (problem.status) {
    case 0:
      return { title: messages.unreachable, hint: messages.unreachableHint };
    case 401:
      return { title: messages.signedOut, hint: messages.signedOutHint };
    case 403:
      return { title: messages.forbidden, hint: messages.forbiddenHint };
    case 429:
    case 503:
      return { title: messages.busy, hint: messages.busyHint };
    default:
      return { title: messages.failed, hint: problem.hint ?? problem.title };
  }
}
