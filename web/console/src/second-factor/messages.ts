import { defineMessages } from '../messages/messages.ts';
import { wordsFor } from '../messages/words.ts';

export const messages = defineMessages({
  en: {
    code: 'Code of your second factor',
    codeHint: 'Six digits, or a recovery code. It counts once.',
    recoveryCode: 'Recovery code',
    recoveryCodeHint: 'If you have no key at hand.',
    useKey: 'Use a security key',
    trouble: wordsFor({
      cancelled: 'No key answered. You may have cancelled it, or it took too long: try again.',
      unsupported: 'This browser knows no security keys here.',
      known: 'This key is registered already.',
      elsewhere: 'Keys are not made for the address of this page.',
      failed: 'The browser could not ask the key.',
    }),
  },
  de: {
    code: 'Code Ihres zweiten Faktors',
    codeHint: 'Sechs Ziffern oder ein Wiederherstellungscode. Er zählt einmal.',
    recoveryCode: 'Wiederherstellungscode',
    recoveryCodeHint: 'Falls Sie keinen Schlüssel zur Hand haben.',
    useKey: 'Sicherheitsschlüssel verwenden',
    trouble: wordsFor({
      cancelled:
        'Kein Schlüssel hat geantwortet. Vielleicht wurde es abgebrochen oder dauerte zu lange: versuchen Sie es noch einmal.',
      unsupported: 'Dieser Browser kennt hier keine Sicherheitsschlüssel.',
      known: 'Dieser Schlüssel ist bereits registriert.',
      elsewhere: 'Für die Adresse dieser Seite sind die Schlüssel nicht gemacht.',
      failed: 'Der Browser konnte den Schlüssel nicht fragen.',
    }),
  },
});
