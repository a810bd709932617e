import {
  Button,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Select,
  SelectValue,
  type Key,
} from 'react-aria-components';

import './Choice.css';
import './Field.css';
import { defineMessages, useMessages } from '../messages/messages.ts';
import { Icon } from './Icon.tsx';

const messages = defineMessages({ en: { choose: 'Choose …' }, de: { choose: 'Wählen …' } });

interface ChoiceProps<Value extends string> {
  label: string;
  /** The label is only read aloud. */
  hideLabel?: boolean;
  options: readonly { value: Value; name: string; hint?: string | undefined }[];
  value: Value | null;
  onChange: (value: Value) => void;
  isDisabled?: boolean;
}

/** One of several, from a list that opens. */
export function Choice<Value extends string>(props: ChoiceProps<Value>) {
  const { label, hideLabel, options, value, onChange, isDisabled } = props;
  const t = useMessages(messages);
  const choose = (key: Key | null) => {
    const chosen = options.find((option) => option.value === key);
    if (chosen !== undefined) onChange(chosen.value);
  };
  return (
    <Select
      className="rec-field"
      value={value}
      placeholder={t.choose}
      onChange={choose}
      isDisabled={isDisabled ?? false}
      {...(hideLabel && { 'aria-label': label })}
    >
      {hideLabel ? null : <Label className="rec-label">{label}</Label>}
      <Button className="rec-input rec-choice">
        <SelectValue className="rec-choice-value" />
        <Icon name="updown" />
      </Button>
      <Popover className="rec-popover rec-choice-popover">
        <ListBox className="rec-list" items={options}>
          {(option) => (
            <ListBoxItem id={option.value} textValue={option.name} className="rec-item">
              <span className="rec-item-name">{option.name}</span>
              {option.hint === undefined ? null : (
                <span className="rec-item-hint">{option.hint}</span>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Select>
  );
}
