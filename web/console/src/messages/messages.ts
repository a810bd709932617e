import { useLanguage, type Language } from './language.ts';

/** The same keys and parameters in another language. */
type Translated<M> = {
  [K in keyof M]: M[K] extends string
    ? string
    : M[K] extends (...parameters: infer P) => string
      ? (...parameters: P) => string
      : Translated<M[K]>;
};

/** Texts in all languages: plain ones, and functions where something is filled in. */
export type Messages<M> = { en: M } & Record<Exclude<Language, 'en'>, Translated<M>>;

/**
 * Names the texts of a page or part. English says which keys there are; other languages that lack
 * one do not compile.
 */
export function defineMessages<M>(messages: Messages<M>): Messages<M> {
  return messages;
}

/** The texts in the language in use. */
export function useMessages<M>(messages: Messages<M>): Translated<M> {
  return messages[useLanguage().language] as Translated<M>;
}

/** How a language counts. Made once: that takes longer than the row of a list that is counted in. */
const counting = new Map<Language, { rules: Intl.PluralRules; numbers: Intl.NumberFormat }>();

function countingIn(language: Language) {
  const known = counting.get(language);
  if (known !== undefined) return known;
  const made = {
    rules: new Intl.PluralRules(language),
    numbers: new Intl.NumberFormat(language),
  };
  counting.set(language, made);
  return made;
}

/** `1 change`, `1,204 changes`: `#` stands for the number. */
export function plural(language: Language, count: number, forms: { one: string; other: string }) {
  const { rules, numbers } = countingIn(language);
  const form = rules.select(count) === 'one' ? forms.one : forms.other;
  return form.replace('#', numbers.format(count));
}
