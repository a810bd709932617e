import { Icon } from './icon.tsx';
import { Value } from './value.tsx';
import { useWording } from './wording.ts';

/** Two values, the former and the present one; `undefined` where there was or is none. */
export function BeforeAfter({ before, after }: { before: unknown; after: unknown }) {
  const { messages } = useWording();
  return (
    <span className="pgr-before-after">
      {before !== undefined && (
        <del className="pgr-before">
          <span className="pgr-unseen">{messages.before}: </span>
          <Value value={before} />
        </del>
      )}
      {after !== undefined && (
        <span className="pgr-turned">
          {before !== undefined && <Icon name="arrow" />}
          <ins className="pgr-after">
            <span className="pgr-unseen">{messages.after}: </span>
            <Value value={after} />
          </ins>
        </span>
      )}
    </span>
  );
}
