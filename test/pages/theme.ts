import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The four kinds of theme, each with the values that VS Code 1.139 gives a webview under its default theme of that kind. */
export const themeKinds = ['light', 'dark', 'high-contrast', 'high-contrast-light'] as const;
export type ThemeKind = (typeof themeKinds)[number];

export interface PageTheme {
  readonly name: string;
  /** Class of the body. */
  readonly kind: string;
  readonly variables: Readonly<Record<string, string>>;
}

export async function readPageTheme(kind: ThemeKind): Promise<PageTheme> {
  const path = join(import.meta.dirname, 'themes', `${kind}.json`);
  // The file is ours.
  return JSON.parse(await readFile(path, 'utf8')) as PageTheme;
}

declare global {
  interface Window {
    /** Sets the page's theme: the one that it was opened in, or another. */
    applyTheme(other?: PageTheme): void;
  }
}

/** Runs in the page: sets the variables as VS Code's webview does. */
export function installTheme(theme: PageTheme): void {
  const apply = ({ kind, variables }: PageTheme) => {
    const { style } = document.documentElement;
    style.cssText = '';
    for (const [name, value] of Object.entries(variables)) {
      style.setProperty(name, value);
    }
    document.body.className = kind;
    document.body.dataset['vscodeThemeKind'] = kind;
  };
  Object.assign(window, { applyTheme: (other?: PageTheme) => apply(other ?? theme) });
}
