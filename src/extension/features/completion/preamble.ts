/** How a line of comment is written, by VS Code's names of languages. */
const comments: Readonly<Record<string, readonly [string, string]>> = Object.fromEntries<
  readonly [string, string]
>([
  ...[
    ...['python', 'shellscript', 'ruby', 'perl', 'r', 'julia', 'elixir', 'makefile', 'dockerfile'],
    ...['powershell', 'coffeescript', 'nim'],
  ].map(language => [language, ['# ', '']] as const),
  ...[
    ...['javascript', 'typescript', 'javascriptreact', 'typescriptreact', 'go', 'rust', 'c', 'cpp'],
    ...['csharp', 'java', 'kotlin', 'swift', 'php', 'dart', 'scala', 'groovy', 'fsharp', 'zig'],
  ].map(language => [language, ['// ', '']] as const),
  ...['lua', 'haskell', 'elm', 'ada'].map(language => [language, ['-- ', '']] as const),
]);

/**
 * A line that names the file, as a comment of its language: a model that knows what it goes on with writes less of
 * another. Only for code: in prose a name says nothing.
 *
 * @param path of the document; the last part of it is named, where it says what kind of file it is.
 */
export function preambleOf(path: string, languageId: string): string {
  const comment = Object.hasOwn(comments, languageId) ? comments[languageId] : undefined;
  const name = path.split(/[\\/]/u).at(-1) ?? '';
  return comment && name.includes('.') ? `${comment[0]}${name}${comment[1]}\n` : '';
}
