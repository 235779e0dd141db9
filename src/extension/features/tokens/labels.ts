/** The texts on screen about tokens. */
import * as vscode from 'vscode';
import { markdownText } from '../../workbench/markdown';
import { hexadecimal } from '../../../common/text/byteText';
import type { Tokenization } from '../../../common/protocol/engine/tokenize';
import { isUnknown, visibleText } from '../../../common/text/tokenText';
import type { TokenSpan } from './spans';

const { t } = vscode.l10n;

/** The number of bytes that are shown of a token; a token of many spaces has more. */
const maxBytes = 16;

/** The hover of a token, or of all that share a character. */
export function hoverText(
  { tokens, detail }: Tokenization,
  span: TokenSpan,
  text: string,
  tokenizerName: string,
): vscode.MarkdownString {
  const hover = new vscode.MarkdownString();
  const spelling = visibleText(text.slice(span.start, span.end));
  const [only] = span.tokens.flatMap(index => tokens[index] ?? []);
  const sentence =
    only && isUnknown(only)
      ? t('“{0}” is unknown to {1}, which reads {2} instead.', spelling, tokenizerName, only.text)
      : span.tokens.length === 1
        ? t('“{0}” is a token of {1}.', spelling, tokenizerName)
        : t('“{0}” is {1} tokens of {2}.', spelling, span.tokens.length, tokenizerName);
  hover.appendMarkdown(markdownText(sentence));
  for (const index of span.tokens) {
    const bytes = detail?.bytes[index] ?? [];
    const hex = hexadecimal(bytes.slice(0, maxBytes)) + (bytes.length > maxBytes ? ' …' : '');
    const numbers = t('id {0}, bytes {1}', tokens[index]?.id ?? -1, hex);
    hover.appendMarkdown(`\n\n${markdownText(numbers)}`);
  }
  return hover;
}
