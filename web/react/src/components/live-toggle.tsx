import type { AuditLog } from '../hooks/use-audit-log.ts';
import { Icon } from './icon.tsx';
import { useWording } from './wording.ts';

interface LiveToggleProps {
  log: AuditLog;
  /** Whether the user has stopped the list, and not only scrolled away from its beginning. */
  isHeld: boolean;
  setHeld: (isHeld: boolean) => void;
}

/** Whether changes appear as they are committed, and a switch for it. */
export function LiveToggle({ log, isHeld, setHeld }: LiveToggleProps) {
  const { messages } = useWording();
  if (log.live === 'off') return null;
  const state = isHeld ? 'paused' : log.live;
  const toggle = () => {
    setHeld(!isHeld);
    if (isHeld) log.resume();
    else log.pause();
  };
  return (
    <div className="pgr-live" data-state={state} title={log.liveError?.title}>
      <span className="pgr-live-state" role="status">
        <span className="pgr-live-dot" aria-hidden="true" />
        {messages.live[state]}
      </span>
      {log.live !== 'failed' && (
        <button
          type="button"
          className="pgr-icon-button"
          aria-label={isHeld ? messages.resume : messages.pause}
          title={isHeld ? messages.resume : messages.pause}
          onClick={toggle}
        >
          <Icon name={isHeld ? 'play' : 'pause'} />
        </button>
      )}
    </div>
  );
}
