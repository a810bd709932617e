import { useState } from 'react';
import { useNavigate } from '@tanstack/react-router';
import { Button as AriaButton } from 'react-aria-components';

import { signOut, useMe } from '../app/session.ts';
import { languages, useLanguage } from '../messages/language.ts';
import { useMessages } from '../messages/messages.ts';
import { Choice } from '../parts/Choice.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { Icon } from '../parts/Icon.tsx';
import { Menu, type MenuEntry } from '../parts/Menu.tsx';
import { Segments } from '../parts/Segments.tsx';
import { chooseTheme, chosenTheme, type Theme } from '../theme/theme.ts';
import { messages } from './messages.ts';
import { showShortcuts } from './Shortcuts.tsx';

/** Who is signed in, how it looks, and the way out. */
export function AccountMenu() {
  const t = useMessages(messages);
  const { user } = useMe();
  const navigate = useNavigate();
  const [isChoosing, setChoosing] = useState(false);
  const leave = async () => {
    await signOut();
    await navigate({ to: '/sign-in' });
  };
  const entries: MenuEntry[] = [
    { id: 'look', name: t.appearance, icon: 'sun', onAction: () => setChoosing(true) },
    { id: 'keys', name: t.shortcuts, icon: 'help', hint: '?', onAction: showShortcuts },
    { id: 'out', name: t.signOut, icon: 'out', onAction: () => void leave() },
  ];
  return (
    <div className="rec-account">
      <Menu label={t.account(user)} entries={entries}>
        <AriaButton className="rec-account-button" aria-label={t.account(user)}>
          <Icon name="user" />
          <span className="rec-account-name">{user}</span>
          <Icon name="updown" />
        </AriaButton>
      </Menu>
      <Dialog title={t.appearance} isOpen={isChoosing} onClose={() => setChoosing(false)}>
        <Appearance />
      </Dialog>
    </div>
  );
}

/** Theme and language. */
export function Appearance() {
  const t = useMessages(messages);
  const [theme, setTheme] = useState<Theme>(chosenTheme);
  const { language, speak } = useLanguage();
  const choose = (wanted: Theme) => {
    chooseTheme(wanted);
    setTheme(wanted);
  };
  return (
    <div className="rec-appearance">
      <div className="rec-field">
        <span className="rec-label">{t.theme}</span>
        <Segments
          label={t.theme}
          value={theme}
          onChange={choose}
          options={[
            { value: 'system', name: t.system },
            { value: 'light', name: t.light },
            { value: 'dark', name: t.dark },
          ]}
        />
      </div>
      <Choice
        label={t.language}
        value={language}
        onChange={speak}
        options={languages.map(({ code, name }) => ({ value: code, name }))}
      />
    </div>
  );
}
