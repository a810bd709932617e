/** Which colours somebody wants; `system` follows the device. */
export type Theme = 'system' | 'light' | 'dark';

export const themes: readonly Theme[] = ['system', 'light', 'dark'];

const place = 'pgrecall.theme';

/** What was chosen in this browser. */
export function chosenTheme(): Theme {
  const kept = localStorage.getItem(place);
  return themes.find((theme) => theme === kept) ?? 'system';
}

/** Keeps a choice, and shows it. */
export function chooseTheme(theme: Theme): void {
  localStorage.setItem(place, theme);
  showTheme(theme);
}

/** Gives the page the colours. */
export function showTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
