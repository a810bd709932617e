import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';

import './Segments.css';
import { Icon, type IconName } from './Icon.tsx';

interface SegmentsProps<Value extends string> {
  label: string;
  options: readonly { value: Value; name: string; icon?: IconName }[];
  value: Value;
  onChange: (value: Value) => void;
}

/** One of few, all of them in sight. */
export function Segments<Value extends string>(props: SegmentsProps<Value>) {
  const { label, options, value, onChange } = props;
  return (
    <ToggleButtonGroup
      className="rec-segments"
      aria-label={label}
      disallowEmptySelection
      selectedKeys={[value]}
      onSelectionChange={(keys) => {
        const chosen = options.find((option) => keys.has(option.value));
        if (chosen !== undefined) onChange(chosen.value);
      }}
    >
      {options.map(({ value: id, name, icon }) => (
        <ToggleButton
          key={id}
          id={id}
          className="rec-segment"
          {...(icon !== undefined && { 'aria-label': name })}
        >
          {icon === undefined ? name : <Icon name={icon} />}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
