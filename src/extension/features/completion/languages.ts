/** Whether completion is on for a language, as VS Code's own maps by language say it: its own entry, else that of `*`. */
export function isOnFor(languages: Readonly<Record<string, boolean>>, languageId: string): boolean {
  const own = Object.hasOwn(languages, languageId) ? languages[languageId] : undefined;
  return own ?? (Object.hasOwn(languages, '*') ? languages['*'] : undefined) ?? true;
}
