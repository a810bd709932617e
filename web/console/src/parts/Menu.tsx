import type { ReactNode } from 'react';
import {
  Menu as AriaMenu,
  MenuItem as AriaItem,
  MenuTrigger,
  Popover,
} from 'react-aria-components';

import './Choice.css';
import { Icon, type IconName } from './Icon.tsx';

/** Something that a menu offers: a deed, or a place to go. */
export interface MenuEntry {
  id: string;
  name: string;
  icon?: IconName;
  hint?: string | undefined;
  href?: string;
  onAction?: () => void;
}

interface MenuProps {
  /** The button that opens it. */
  children: ReactNode;
  label: string;
  entries: readonly MenuEntry[];
}

/** What opens below a button and offers things to do. */
export function Menu({ children, label, entries }: MenuProps) {
  return (
    <MenuTrigger>
      {children}
      <Popover className="rec-popover" placement="bottom end">
        <AriaMenu className="rec-list" aria-label={label} items={entries}>
          {({ icon, name, hint, href, onAction }) => (
            <AriaItem
              className="rec-item"
              textValue={name}
              {...(href !== undefined && { href })}
              {...(onAction && { onAction })}
            >
              {icon === undefined ? null : <Icon name={icon} />}
              <span className="rec-item-name">{name}</span>
              {hint === undefined ? null : <span className="rec-item-hint">{hint}</span>}
            </AriaItem>
          )}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
