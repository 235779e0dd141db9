import { env } from 'vscode';

/** What there is in the person's language, else the same in English. @param read rejects where there is no such file. */
export async function inOwnLanguage<T>(read: (language: string) => Promise<T>): Promise<T> {
  const { language } = env;
  const isEnglish = language === 'en' || language.startsWith('en-');
  const translated = isEnglish ? undefined : await read(language).catch(() => undefined);
  return translated ?? read('en');
}
