import * as vscode from 'vscode';
import { markdownText } from '../../workbench/markdown';
import { tokenText } from '../../../common/attention/attentionRow';
import { percent } from '../../workbench/percent';
import type { Token } from '../../../common/protocol/engine/types';
import type { HeadChoice } from './headChoice';
import type { TokenWeight, QueryAttention } from './queryAttention';

const { t } = vscode.l10n;

/** "layer 3, head 7", counted from 1 as everywhere on screen. */
export function headWords(choice: HeadChoice): string {
  switch (choice.kind) {
    case 'all':
      return t('all heads');
    case 'layer':
      return t('layer {0}', choice.layer + 1);
    case 'head':
      return t('layer {0}, head {1}', choice.layer + 1, choice.head + 1);
  }
}

/** "it → cat 43 %": the strongest link to another token, or to itself where there is no other. */
export function strongestWords({ query, attended }: QueryAttention, text: string): string {
  const strongest = strongestFirst(attended);
  const other = strongest.find(({ token }) => token !== query) ?? strongest[0];
  return other
    ? `${wordOf(query, text)} → ${wordOf(other.token, text)} ${percent(other.weight)}`
    : wordOf(query, text);
}

/** What a painted token shows while the pointer is on it. */
export function hoverWords(
  { query }: QueryAttention,
  { token, weight }: TokenWeight,
  text: string,
  choice: HeadChoice,
): vscode.MarkdownString {
  return new vscode.MarkdownString(
    markdownText(
      t(
        'Of all attention of “{0}”, {1} goes to “{2}” ({3}).',
        wordOf(query, text),
        percent(weight),
        wordOf(token, text),
        headWords(choice),
      ),
    ),
  );
}

/** The five strongest and what goes to special tokens, for the status bar's hover. */
export function tableOf(
  attending: QueryAttention,
  text: string,
  choice: HeadChoice,
): vscode.MarkdownString {
  const { query, attended, specialWeight } = attending;
  const words = new vscode.MarkdownString('', true);
  words.appendMarkdown(
    markdownText(t('“{0}” looks at ({1}):', wordOf(query, text), headWords(choice))),
  );
  words.appendMarkdown('\n\n| | |\n| --- | ---: |\n');
  for (const { token, weight } of strongestFirst(attended).slice(0, 5)) {
    words.appendMarkdown(`| ${markdownText(wordOf(token, text))} | ${percent(weight)} |\n`);
  }
  words.appendMarkdown(
    `| ${markdownText(t('[CLS] and [SEP], which stand for no word'))} | ${percent(specialWeight)} |\n`,
  );
  return words;
}

const strongestFirst = (attended: readonly TokenWeight[]) =>
  attended.toSorted((a, b) => b.weight - a.weight);

const wordOf = (token: Token, text: string) => tokenText(token, [text]).replace(/\s+/gu, ' ');
