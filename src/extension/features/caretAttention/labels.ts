/** The texts on screen about attention at the caret. */
import * as vscode from 'vscode';
import { markdownText } from '../../workbench/markdown';
import { tokenNames } from '../../../common/attention/attention';
import type { Token } from '../../../common/protocol/engine/types';
import { headLabel, type ShownHeads, whyHeads } from '../../subject/headLabels';
import type { TokenWeight, QueryAttention } from './queryAttention';
import { percent } from '../../../common/text/percent';

const { t } = vscode.l10n;

/** "it → cat 43 %": the strongest link to another token, or to itself if there is no other. */
export function strongestLabel(attention: QueryAttention, text: string): string {
  const { query, attended } = attention;
  const nameOf = namer(attention, text);
  const strongest = strongestFirst(attended);
  const other = strongest.find(({ token }) => token !== query) ?? strongest[0];
  return other
    ? `${nameOf(query)} → ${nameOf(other.token)} ${percent(other.weight)}`
    : nameOf(query);
}

/** The hover of a painted token. */
export function hoverText(
  attention: QueryAttention,
  { token, weight }: TokenWeight,
  text: string,
  heads: ShownHeads,
): vscode.MarkdownString {
  const nameOf = namer(attention, text);
  const link = t(
    'Of all attention of “{0}”, {1} goes to “{2}” ({3}).',
    nameOf(attention.query),
    percent(weight),
    nameOf(token),
    headLabel(heads),
  );
  return new vscode.MarkdownString(`${markdownText(link)}\n\n${markdownText(whyHeads(heads))}`);
}

/** A table of the five strongest and of the special tokens, which heads these are of and why, for the status bar's hover. */
export function strongestTable(
  attention: QueryAttention,
  text: string,
  heads: ShownHeads,
): vscode.MarkdownString {
  const { query, attended, specialWeight } = attention;
  const nameOf = namer(attention, text);
  const table = new vscode.MarkdownString('', true);
  table.appendMarkdown(markdownText(t('“{0}” looks at ({1}):', nameOf(query), headLabel(heads))));
  table.appendMarkdown('\n\n| | |\n| --- | ---: |\n');
  for (const { token, weight } of strongestFirst(attended).slice(0, 5)) {
    table.appendMarkdown(`| ${markdownText(nameOf(token))} | ${percent(weight)} |\n`);
  }
  table.appendMarkdown(
    `| ${markdownText(t('[CLS] and [SEP], which are not words'))} | ${percent(specialWeight)} |\n`,
  );
  table.appendMarkdown(`\n${markdownText(whyHeads(heads))}`);
  return table;
}

const strongestFirst = (attended: readonly TokenWeight[]) =>
  attended.toSorted((a, b) => b.weight - a.weight);

/** Names tokens by their text, those that are the same told apart. */
function namer({ query, attended }: QueryAttention, text: string): (token: Token) => string {
  const tokens = attended.map(({ token }) => token);
  const all = tokens.includes(query) ? tokens : [...tokens, query];
  const names = tokenNames(all, [text]);
  return token => names[all.indexOf(token)] ?? '';
}
