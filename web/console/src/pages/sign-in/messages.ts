import { defineMessages } from '../../messages/messages.ts';

export const messages = defineMessages({
  en: {
    title: 'Sign in',
    name: 'Name',
    password: 'Password',
    submit: 'Sign in',
    over: 'Your session is over. Sign in to go on where you were.',
    oneMoreStep: 'One more step: show your second factor.',
    codeFor: (name: string) => `Signing in as ${name}`,
    confirm: 'Confirm',
    back: 'Back',
    or: 'or',
    openid: (label: string) => `Continue with ${label}`,
    claim: 'The flight recorder for PostgreSQL',
  },
  de: {
    title: 'Anmelden',
    name: 'Name',
    password: 'Passwort',
    submit: 'Anmelden',
    over: 'Ihre Sitzung ist abgelaufen. Melden Sie sich an, um dort weiterzumachen, wo Sie waren.',
    oneMoreStep: 'Noch ein Schritt: zeigen Sie Ihren zweiten Faktor.',
    codeFor: (name: string) => `Anmeldung als ${name}`,
    confirm: 'Bestätigen',
    back: 'Zurück',
    or: 'oder',
    openid: (label: string) => `Weiter mit ${label}`,
    claim: 'Der Flugschreiber für PostgreSQL',
  },
});
