import type { ReactNode } from 'react';
import {
  FieldError,
  Input,
  Label,
  Text,
  TextArea,
  TextField,
  type TextFieldProps,
} from 'react-aria-components';

import './Field.css';

interface FieldProps extends Omit<TextFieldProps, 'children' | 'className'> {
  label: string;
  hint?: ReactNode;
  /** What is wrong with what was typed. */
  error?: string | undefined;
  placeholder?: string;
  /** Written with equal widths: codes, tokens, SQL. */
  mono?: boolean;
  lines?: number;
}

/** A line, or some lines, to type into. */
export function Field({ label, hint, error, placeholder, mono, lines, ...rest }: FieldProps) {
  const look = mono ? 'rec-input rec-input-mono' : 'rec-input';
  return (
    <TextField
      {...rest}
      className="rec-field"
      isInvalid={error !== undefined}
      // Else the browser would not let the form be sent again while the old error stands.
      validationBehavior={error === undefined ? 'native' : 'aria'}
    >
      <Label className="rec-label">{label}</Label>
      {lines === undefined ? (
        <Input className={look} placeholder={placeholder ?? ''} />
      ) : (
        <TextArea className={look} rows={lines} placeholder={placeholder ?? ''} />
      )}
      {hint === undefined || error !== undefined ? null : (
        <Text slot="description" className="rec-field-hint">
          {hint}
        </Text>
      )}
      <FieldError className="rec-field-error">{error}</FieldError>
    </TextField>
  );
}
