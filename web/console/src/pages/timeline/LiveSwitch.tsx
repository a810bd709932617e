import { useMessages } from '../../messages/messages.ts';
import { Button } from '../../parts/Button.tsx';
import type { LiveState } from './live.ts';
import { messages } from './messages.ts';

interface LiveSwitchProps {
  live: LiveState;
  isPaused: boolean;
  onPause: () => void;
  onResume: () => void;
}

/** Whether new changes appear by themselves, and the way to stop that for a while. */
export function LiveSwitch({ live, isPaused, onPause, onResume }: LiveSwitchProps) {
  const t = useMessages(messages);
  const canPause = live === 'live' || live === 'interrupted' || live === 'connecting';
  const state = isPaused && canPause ? 'paused' : live;
  return (
    <>
      <span
        className={`rec-live rec-live-${state}`}
        role="status"
        title={live === 'off' ? t.offWhy : undefined}
      >
        <span className="rec-live-lamp" aria-hidden="true" />
        {state === 'paused' ? t.paused : t.live[state]}
      </span>
      {canPause ? (
        <Button
          kind="quiet"
          icon={isPaused ? 'play' : 'pause'}
          onPress={isPaused ? onResume : onPause}
        >
          {isPaused ? t.resume : t.pause}
        </Button>
      ) : null}
    </>
  );
}
