import * as vscode from 'vscode';
import { markdownText } from '../../workbench/markdown';
import { hexadecimal } from '../../../common/text/byteText';
import type { Tokenization } from '../../../common/protocol/engine/tokenize';
import { isUnknown, visibleText } from '../../../common/text/tokenText';
import type { TokenSpan } from './spans';

const { t } = vscode.l10n;

/** Of a token's bytes that are told; one of many spaces has more. */
const maxBytes = 16;

/** What is told of the token under the pointer, or of all that share a character. */
export function hoverWords(
  { tokens, detail }: Tokenization,
  stretch: TokenSpan,
  text: string,
  tokenizerName: string,
): vscode.MarkdownString {
  const words = new vscode.MarkdownString();
  const spelled = visibleText(text.slice(stretch.start, stretch.end));
  const [only] = stretch.tokens.flatMap(place => tokens[place] ?? []);
  const told =
    only && isUnknown(only)
      ? t('“{0}” is unknown to {1}: it reads {2} in its place.', spelled, tokenizerName, only.text)
      : stretch.tokens.length === 1
        ? t('“{0}” is a token of {1}.', spelled, tokenizerName)
        : t('“{0}” is {1} tokens of {2}.', spelled, stretch.tokens.length, tokenizerName);
  words.appendMarkdown(markdownText(told));
  for (const place of stretch.tokens) {
    const bytes = detail?.bytes[place] ?? [];
    const hex = hexadecimal(bytes.slice(0, maxBytes)) + (bytes.length > maxBytes ? ' …' : '');
    const numbers = t('id {0}, bytes {1}', tokens[place]?.id ?? -1, hex);
    words.appendMarkdown(`\n\n${markdownText(numbers)}`);
  }
  return words;
}
