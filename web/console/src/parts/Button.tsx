import type { ReactNode } from 'react';
import {
  Button as AriaButton,
  Link as AriaLink,
  type ButtonProps as AriaButtonProps,
  type LinkProps as AriaLinkProps,
} from 'react-aria-components';
import { createLink, type LinkComponent } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, Ref } from 'react';

import './Button.css';
import { Icon, type IconName } from './Icon.tsx';

/** How much a button asks to be pressed. */
export type ButtonKind = 'primary' | 'plain' | 'quiet' | 'danger';

interface Look {
  kind?: ButtonKind;
  icon?: IconName;
  small?: boolean;
}

interface ButtonProps extends Look, Omit<AriaButtonProps, 'children' | 'className'> {
  children: ReactNode;
}

function classes({ kind = 'plain', small = false }: Look): string {
  return `rec-button rec-button-${kind}${small ? ' rec-button-small' : ''}`;
}

/** A button with a word on it. */
export function Button({ kind, icon, small, children, ...rest }: ButtonProps) {
  const look = { ...(kind && { kind }), ...(small && { small }) };
  return (
    <AriaButton {...rest} className={classes(look)}>
      {rest.isPending ? <span className="rec-spinner" aria-hidden="true" /> : null}
      {icon !== undefined && !rest.isPending ? <Icon name={icon} /> : null}
      <span>{children}</span>
    </AriaButton>
  );
}

interface IconButtonProps extends Omit<AriaButtonProps, 'children' | 'className'> {
  icon: IconName;
  /** What it does, for those who do not see the drawing; also shown on hover. */
  label: string;
}

/** A button with only a drawing on it. */
export function IconButton({ icon, label, ...rest }: IconButtonProps) {
  return (
    <AriaButton
      {...rest}
      aria-label={label}
      className="rec-button rec-button-quiet rec-button-icon"
      render={(props) => <button {...props} title={label} />}
    >
      <Icon name={icon} />
    </AriaButton>
  );
}

interface AnchorProps extends Look, AnchorHTMLAttributes<HTMLAnchorElement> {
  ref?: Ref<HTMLAnchorElement>;
}

function Anchor({ kind, icon, small, children, ...rest }: AnchorProps) {
  const look = { ...(kind && { kind }), ...(small && { small }) };
  return (
    <a {...rest} className={classes(look)}>
      {icon === undefined ? null : <Icon name={icon} />}
      <span>{children}</span>
    </a>
  );
}

interface ButtonAnchorProps extends Look, Omit<AriaLinkProps, 'children' | 'className'> {
  href: string;
  children: ReactNode;
}

/** A link that looks like a button, to an address that was put together before. */
export function ButtonAnchor({ kind, icon, small, children, ...rest }: ButtonAnchorProps) {
  const look = { ...(kind && { kind }), ...(small && { small }) };
  return (
    <AriaLink {...rest} className={classes(look)}>
      {icon === undefined ? null : <Icon name={icon} />}
      <span>{children}</span>
    </AriaLink>
  );
}

const LinkedAnchor = createLink(Anchor);

/** A link that looks like a button. */
export const ButtonLink: LinkComponent<typeof Anchor> = (props) => <LinkedAnchor {...props} />;
