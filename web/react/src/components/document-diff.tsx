import { useState } from 'react';
import { jsonChanges, type JsonChange } from '../journal/json-changes.ts';
import { BeforeAfter } from './before-after.tsx';
import { useWording } from './wording.ts';

/** So many places are shown at first. */
const FEW = 12;

/** The places at which two JSON documents differ. */
export function DocumentDiff({ before, after }: { before: object; after: object }) {
  const { messages, number } = useWording();
  const [isOpen, setOpen] = useState(false);
  const places = jsonChanges(before, after);
  const rest = places.length - FEW;
  return (
    <div className="pgr-document">
      <dl className="pgr-document-places">
        {(isOpen ? places : places.slice(0, FEW)).map((place) => (
          <Place key={place.path} place={place} />
        ))}
      </dl>
      {rest > 0 && (
        <button
          type="button"
          className="pgr-link"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? messages.showLess : messages.moreFields(rest, number(rest))}
        </button>
      )}
    </div>
  );
}

function Place({ place }: { place: JsonChange }) {
  const { messages } = useWording();
  return (
    <div className="pgr-document-place">
      <dt className="pgr-document-path">{place.path || messages.wholeDocument}</dt>
      <dd className="pgr-document-values">
        <BeforeAfter before={place.before} after={place.after} />
      </dd>
    </div>
  );
}
