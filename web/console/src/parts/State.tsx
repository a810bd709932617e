import { isProblem } from '@pgrecall/api-client';
import type { ReactNode } from 'react';

import './State.css';
import { defineMessages, useMessages } from '../messages/messages.ts';
import { Button } from './Button.tsx';
import { Icon, type IconName } from './Icon.tsx';

const messages = defineMessages({
  en: {
    retry: 'Try again',
    loading: 'Loading',
    forbidden: 'Your role does not show this',
    unreachable: 'The server cannot be reached',
    malformed: 'That is not understood',
    missing: 'That is not there',
    failed: 'Something went wrong',
    code: 'Code',
    request: 'Request',
  },
  de: {
    retry: 'Erneut versuchen',
    loading: 'Wird geladen',
    forbidden: 'Ihre Rolle zeigt dies nicht',
    unreachable: 'Der Server ist nicht erreichbar',
    malformed: 'Das wird nicht verstanden',
    missing: 'Das gibt es nicht',
    failed: 'Etwas ist schiefgegangen',
    code: 'Code',
    request: 'Anfrage',
  },
});

interface EmptyProps {
  icon?: IconName;
  title: string;
  children?: ReactNode;
  /** What can be done about it. */
  action?: ReactNode;
}

/** Says that there is nothing, why, and what to do. */
export function Empty({ icon = 'search', title, children, action }: EmptyProps) {
  return (
    <div className="rec-state">
      <span className="rec-state-icon">
        <Icon name={icon} />
      </span>
      <h2 className="rec-state-title">{title}</h2>
      {children === undefined ? null : <div className="rec-state-text">{children}</div>}
      {action}
    </div>
  );
}

interface FailureProps {
  error: unknown;
  onRetry?: (() => void) | undefined;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A text in which what stands between backticks is something to type. */
export function WithCode({ text }: { text: string }) {
  const pieces = text.split('`');
  return pieces.map((piece, index) =>
    // The order of the pieces is all there is to know of them.
    index % 2 === 1 ? <code key={index}>{piece}</code> : piece,
  );
}

/** Says why something could not be shown or done, with the hint of the server. */
export function Failure({ error, onRetry }: FailureProps) {
  const t = useMessages(messages);
  const problem = isProblem(error) ? error : undefined;
  const titles: Record<number, string> = {
    0: t.unreachable,
    400: t.malformed,
    403: t.forbidden,
    404: t.missing,
  };
  const title = titles[problem?.status ?? 500] ?? t.failed;
  // What was refused for what it is would be refused again.
  const isRefused = problem !== undefined && problem.status >= 400 && problem.status < 409;
  return (
    <div className="rec-state" role="alert">
      <span className="rec-state-icon rec-state-icon-warn">
        <Icon name={problem?.status === 403 ? 'lock' : 'warn'} />
      </span>
      <h2 className="rec-state-title">{title}</h2>
      <div className="rec-state-text">
        <p>
          <WithCode
            text={sentence(problem?.title ?? (error instanceof Error ? error.message : ''))}
          />
        </p>
        {problem?.detail === undefined ? null : <p>{sentence(problem.detail)}</p>}
        {problem?.hint === undefined ? null : (
          <p>
            <WithCode text={sentence(problem.hint)} />
          </p>
        )}
      </div>
      {onRetry === undefined || isRefused ? null : <Button onPress={onRetry}>{t.retry}</Button>}
      {problem === undefined ? null : (
        <p className="rec-state-facts">
          {t.code} <code>{problem.code}</code>
          {problem.request === undefined ? null : (
            <>
              {' · '}
              {t.request} <code>{problem.request}</code>
            </>
          )}
        </p>
      )}
    </div>
  );
}

/** The same in a line or two, beside what could not be done. */
export function FailureNote({ error }: { error: unknown }) {
  const problem = isProblem(error) ? error : undefined;
  const title = problem?.title ?? (error instanceof Error ? error.message : '');
  return (
    <div className="rec-note rec-note-bad" role="alert">
      <Icon name="warn" />
      <div>
        <p>
          <WithCode text={sentence(title)} />
        </p>
        {problem?.hint === undefined ? null : (
          <p className="rec-note-more">
            <WithCode text={sentence(problem.hint)} />
          </p>
        )}
      </div>
    </div>
  );
}

interface NoteProps {
  kind?: 'info' | 'warn' | 'good';
  children: ReactNode;
}

/** Something a reader should know, beside what it is about. */
export function Note({ kind = 'info', children }: NoteProps) {
  const icon = { info: 'help', warn: 'warn', good: 'check' } as const;
  return (
    <div className={`rec-note rec-note-${kind}`} role="note">
      <Icon name={icon[kind]} />
      <div>{children}</div>
    </div>
  );
}

/** Lines in place of what is still to come, as many as it will need. */
export function Skeleton({ lines = 8 }: { lines?: number }) {
  const t = useMessages(messages);
  return (
    <div className="rec-skeleton" role="status">
      <span className="only-read-aloud">{t.loading}</span>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} className="rec-skeleton-line" aria-hidden="true" />
      ))}
    </div>
  );
}
