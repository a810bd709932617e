import type { ReactNode } from 'react';
import { CheckboxButton, CheckboxField, RadioButton, RadioField } from 'react-aria-components';

interface TickProps {
  value: string;
  className: string;
  children: ReactNode;
}

/** One of several that can be chosen together, within a group. */
export function Tick({ value, className, children }: TickProps) {
  return (
    <CheckboxField value={value}>
      <CheckboxButton className={className}>{children}</CheckboxButton>
    </CheckboxField>
  );
}

/** One of several of which one can be chosen, within a group. */
export function Alternative({ value, className, children }: TickProps) {
  return (
    <RadioField value={value}>
      <RadioButton className={className}>{children}</RadioButton>
    </RadioField>
  );
}
