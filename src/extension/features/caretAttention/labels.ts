/** The texts on screen about attention at the caret. */
import * as vscode from 'vscode';
import { markdownText } from '../../workbench/markdown';
import { tokenText } from '../../../common/attention/attention';
import type { Token } from '../../../common/protocol/engine/types';
import type { HeadChoice } from './headChoice';
import type { TokenWeight, QueryAttention } from './queryAttention';
import { percent } from '../../../common/text/percent';

const { t } = vscode.l10n;

/** "layer 3, head 7", counted from 1 as everywhere on screen. */
export function headLabel(choice: HeadChoice): string {
  switch (choice.kind) {
    case 'all':
      return t('all heads');
    case 'layer':
      return t('layer {0}', choice.layer + 1);
    case 'head':
      return t('layer {0}, head {1}', choice.layer + 1, choice.head + 1);
  }
}

/** "it → cat 43 %": the strongest link to another token, or to itself if there is no other. */
export function strongestLabel({ query, attended }: QueryAttention, text: string): string {
  const strongest = strongestFirst(attended);
  const other = strongest.find(({ token }) => token !== query) ?? strongest[0];
  return other
    ? `${tokenLabel(query, text)} → ${tokenLabel(other.token, text)} ${percent(other.weight)}`
    : tokenLabel(query, text);
}

/** The hover of a painted token. */
export function hoverText(
  { query }: QueryAttention,
  { token, weight }: TokenWeight,
  text: string,
  choice: HeadChoice,
): vscode.MarkdownString {
  return new vscode.MarkdownString(
    markdownText(
      t(
        'Of all attention of “{0}”, {1} goes to “{2}” ({3}).',
        tokenLabel(query, text),
        percent(weight),
        tokenLabel(token, text),
        headLabel(choice),
      ),
    ),
  );
}

/** A table of the five strongest and of the special tokens, for the status bar's hover. */
export function strongestTable(
  attention: QueryAttention,
  text: string,
  choice: HeadChoice,
): vscode.MarkdownString {
  const { query, attended, specialWeight } = attention;
  const table = new vscode.MarkdownString('', true);
  table.appendMarkdown(
    markdownText(t('“{0}” looks at ({1}):', tokenLabel(query, text), headLabel(choice))),
  );
  table.appendMarkdown('\n\n| | |\n| --- | ---: |\n');
  for (const { token, weight } of strongestFirst(attended).slice(0, 5)) {
    table.appendMarkdown(`| ${markdownText(tokenLabel(token, text))} | ${percent(weight)} |\n`);
  }
  table.appendMarkdown(
    `| ${markdownText(t('[CLS] and [SEP], which are not words'))} | ${percent(specialWeight)} |\n`,
  );
  return table;
}

const strongestFirst = (attended: readonly TokenWeight[]) =>
  attended.toSorted((a, b) => b.weight - a.weight);

const tokenLabel = (token: Token, text: string) => tokenText(token, [text]).replace(/\s+/gu, ' ');
