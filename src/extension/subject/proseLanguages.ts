/** The languages in which the caret is in a sentence; in all others it is in a line of code. */
const prose = new Set([
  'asciidoc',
  'git-commit',
  'latex',
  'markdown',
  'org',
  'plaintext',
  'quarto',
  'restructuredtext',
  'scminput',
  'tex',
  'typst',
]);

/** Whether a language is prose. @param languageId the identifier that VS Code uses. */
export const isProseLanguage = (languageId: string): boolean => prose.has(languageId);
