import { actorOf, type Change } from '../journal/change.ts';
import { customProperties } from './custom-properties.ts';
import { useWording } from './wording.ts';

/** Who made a change, with a mark of a colour of their own to find them again in a list. */
export function ActorName({ who }: { who: Pick<Change, 'actor' | 'database_user'> }) {
  const { messages } = useWording();
  const name = actorOf(who);
  return (
    <span className="pgr-actor" data-known={who.actor !== null && who.actor !== undefined}>
      <span
        className="pgr-actor-mark"
        aria-hidden="true"
        style={customProperties({ '--pgr-hue': hueOf(name ?? '') })}
      >
        {(name ?? '?').slice(0, 1).toUpperCase()}
      </span>
      <span className="pgr-actor-name">{name ?? messages.unknownActor}</span>
    </span>
  );
}

function hueOf(name: string): number {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 3600;
  return sum / 10;
}
