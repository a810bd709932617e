import { operationOf, type Change } from '../journal/change.ts';
import { Icon } from './icon.tsx';
import { useWording } from './wording.ts';

/** What a change did to its row, as sign, word and colour. */
export function OperationTag({ op }: Pick<Change, 'op'>) {
  const { messages } = useWording();
  const operation = operationOf({ op });
  return (
    <span className="pgr-tag" data-operation={operation}>
      <Icon name={operation} />
      {messages.operationsDone[operation]}
    </span>
  );
}
