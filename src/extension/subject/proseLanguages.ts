/** Languages in which a caret stands in a sentence; in all others it stands in a line of code. */
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

/** @param languageId as VS Code names it. */
export const isProseLanguage = (languageId: string): boolean => prose.has(languageId);
