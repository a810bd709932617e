import { createContext, use } from 'react';

/** The languages that the console speaks. */
export type Language = 'en' | 'de';

export const languages: readonly { code: Language; name: string }[] = [
  { code: 'en', name: 'English' },
  { code: 'de', name: 'Deutsch' },
];

const place = 'pgrecall.language';

function known(tag: string | null): Language | undefined {
  return languages.find(({ code }) => tag?.split('-')[0] === code)?.code;
}

/** What was chosen in this browser, or else what the browser prefers. */
export function preferredLanguage(): Language {
  const wanted = [localStorage.getItem(place), ...navigator.languages];
  return wanted.map(known).find((language) => language !== undefined) ?? 'en';
}

/** Keeps a choice. */
export function keepLanguage(language: Language): void {
  localStorage.setItem(place, language);
}

/** How numbers and times are written: as the browser's region does, if it speaks the language. */
export function localeOf(language: Language): string {
  return navigator.languages.find((tag) => known(tag) === language) ?? language;
}

interface Spoken {
  language: Language;
  speak: (language: Language) => void;
}

export const LanguageContext = createContext<Spoken>({ language: 'en', speak: () => undefined });

/** The language in use, and how to change it. */
export function useLanguage(): Spoken {
  return use(LanguageContext);
}
