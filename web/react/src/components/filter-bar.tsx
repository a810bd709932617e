import { useId, useState } from 'react';
import { useActivity } from '../hooks/use-activity.ts';
import { useTables } from '../hooks/use-tables.ts';
import { operations } from '../journal/change.ts';
import type { ChangeFilter } from '../journal/filter.ts';
import { displayName } from '../journal/table-name.ts';
import { nothingChosen, type ChosenFilter, type Period } from './chosen-filter.ts';
import { Icon } from './icon.tsx';
import { useWording } from './wording.ts';

interface FilterBarProps {
  /** What cannot be chosen, because the page fixes it. */
  fixed: ChangeFilter;
  chosen: ChosenFilter;
  choose: (chosen: ChosenFilter) => void;
}

/** What is looked for, as far as the page leaves it open. */
export function FilterBar({ fixed, chosen, choose }: FilterBarProps) {
  const { messages } = useWording();
  const change = (part: Partial<ChosenFilter>) => choose(settled({ ...chosen, ...part }));
  return (
    <div className="pgr-filters" role="search">
      {fixed.tableName === undefined && <TableChoice chosen={chosen} change={change} />}
      {fixed.actor === undefined && (
        <ActorChoice key={chosen.actor} chosen={chosen} change={change} />
      )}
      {fixed.since === undefined && fixed.until === undefined && (
        <PeriodChoice chosen={chosen} change={change} />
      )}
      {fixed.operations === undefined && <OperationChoice chosen={chosen} change={change} />}
      {chosen !== nothingChosen && (
        <button type="button" className="pgr-link" onClick={() => choose(nothingChosen)}>
          {messages.clearFilters}
        </button>
      )}
    </div>
  );
}

/** Where all is as at first, it is the same as at first. */
function settled(chosen: ChosenFilter): ChosenFilter {
  const isAsAtFirst = JSON.stringify(chosen) === JSON.stringify(nothingChosen);
  return isAsAtFirst ? nothingChosen : chosen;
}

interface ChoiceProps {
  chosen: ChosenFilter;
  change: (part: Partial<ChosenFilter>) => void;
}

function TableChoice({ chosen, change }: ChoiceProps) {
  const { messages } = useWording();
  const { data: tables } = useTables();
  return (
    <select
      className="pgr-input pgr-select"
      aria-label={messages.table}
      value={chosen.tableName ?? ''}
      onChange={(event) => change({ tableName: event.target.value || undefined })}
    >
      <option value="">{messages.allTables}</option>
      {(tables ?? []).map(({ table }) => (
        <option key={table} value={table}>
          {[displayName(table).schema, displayName(table).table].filter(Boolean).join('.')}
        </option>
      ))}
    </select>
  );
}

/** A name must be whole, so it is looked for when it is, and those at work most are offered. */
function ActorChoice({ chosen, change }: ChoiceProps) {
  const { messages } = useWording();
  const [typed, setTyped] = useState(chosen.actor ?? '');
  const { data: actors } = useActivity({ by: ['actor'], since: '720h' });
  const known = (actors ?? []).map(({ group }) => group.actor).filter(isText);
  const list = useId();
  const settle = (actor: string) => {
    if (actor.trim() !== (chosen.actor ?? '')) change({ actor: actor.trim() || undefined });
  };
  return (
    <>
      <input
        className="pgr-input"
        type="search"
        aria-label={messages.actor}
        placeholder={messages.actorHint}
        list={list}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          const isChosen = known.includes(event.target.value) || event.target.value === '';
          if (isChosen) settle(event.target.value);
        }}
        onBlur={() => settle(typed)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') settle(typed);
        }}
      />
      <datalist id={list}>
        {known.slice(0, 200).map((actor) => (
          <option key={actor} value={actor} />
        ))}
      </datalist>
    </>
  );
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

const periods: readonly Period[] = ['all', 'hour', 'day', 'week', 'month', 'custom'];

function PeriodChoice({ chosen, change }: ChoiceProps) {
  const { messages } = useWording();
  return (
    <>
      <select
        className="pgr-input pgr-select"
        aria-label={messages.period}
        value={chosen.period}
        onChange={(event) => change({ period: event.target.value as Period })}
      >
        {periods.map((period) => (
          <option key={period} value={period}>
            {messages.periods[period]}
          </option>
        ))}
      </select>
      {chosen.period === 'custom' && (
        <span className="pgr-between">
          <MomentInput label={messages.from} choose={(since) => change({ since })} />
          <MomentInput label={messages.until} choose={(until) => change({ until })} />
        </span>
      )}
    </>
  );
}

function MomentInput(props: { label: string; choose: (moment: Date | undefined) => void }) {
  return (
    <input
      className="pgr-input"
      type="datetime-local"
      aria-label={props.label}
      title={props.label}
      onChange={({ target }) => {
        const moment = new Date(target.value);
        props.choose(Number.isNaN(moment.getTime()) ? undefined : moment);
      }}
    />
  );
}

function OperationChoice({ chosen, change }: ChoiceProps) {
  const { messages } = useWording();
  return (
    <div className="pgr-toggles" role="group" aria-label={messages.operation}>
      {operations.map((operation) => {
        const isChosen = chosen.operations.includes(operation);
        const others = chosen.operations.filter((other) => other !== operation);
        return (
          <button
            key={operation}
            type="button"
            className="pgr-toggle"
            data-operation={operation}
            aria-pressed={isChosen}
            onClick={() => change({ operations: isChosen ? others : [...others, operation] })}
          >
            <Icon name={operation} />
            {messages.operations[operation]}
          </button>
        );
      })}
    </div>
  );
}
