/** The texts on screen about surprisal. */
import * as vscode from 'vscode';
import { markdownText } from '../../workbench/markdown';
import { readBytes, spellParts } from '../../../common/text/byteText';
import type { Spelling } from '../../../common/protocol/engine/tokenize';
import { visibleText } from '../../../common/text/tokenText';
import {
  bitsPerByteOf,
  perplexityLabel,
  perplexityOf,
  stepStarts,
  type Sums,
} from './scoredTokens';
import { underlines } from './underlines';
import type { DocumentToken } from './documentScorer';
import { percent } from '../../../common/text/percent';

const { t } = vscode.l10n;

const hide = 'lmEvolution.hideSurprisal';

/** A text with visible white space: a space is a dot, and a line end a sign. */
export const visibleLabel = (text: string): string => visibleText(text) || '∅';

/** A token of the vocabulary; one that is a part of a character is shown by its bytes. */
export const spellingLabel = (spelling: Spelling | undefined): string =>
  spelling && spelling.bytes.length > 0
    ? spellParts(readBytes(spelling.bytes))
    : visibleLabel(spelling?.text ?? '');

/** "12.3 bits". */
export const bitsLabel = (bits: number): string => t('{0} bits', bits.toFixed(1));

/**
 * "perplexity 23 · 1.1 bits per byte".
 *
 * @param isFinal whether all has been read.
 */
export function sumsLabel(sums: Sums, isFinal: boolean): string {
  const perplexity = perplexityLabel(perplexityOf(sums));
  const bits = bitsPerByteOf(sums).toFixed(2);
  return isFinal
    ? t('perplexity {0} · {1} bits per byte', perplexity, bits)
    : t('perplexity {0} so far · {1} bits per byte', perplexity, bits);
}

/** "1,204 → 1,187 bits": of the two sides of a comparison. */
export const changeLabel = (before: Sums, after: Sums, isFinal: boolean): string => {
  const [from, to] = [before, after].map(({ bits }) => Math.round(bits).toLocaleString());
  return isFinal
    ? t('before {0} bits · after {1} bits', from ?? '', to ?? '')
    : t('before {0} bits · after {1} bits, so far', from ?? '', to ?? '');
};

/** What the labels say about a model. */
export interface Model {
  readonly name: string;
  readonly vocabSize: number;
}

/** The hover of a token, or of all that share a character. */
export function hoverText(
  tokens: readonly DocumentToken[],
  text: string,
  model: Model,
  labelOfId: (id: number) => string,
): vscode.MarkdownString {
  const hover = new vscode.MarkdownString();
  hover.isTrusted = { enabledCommands: [hide] };
  const [first, ...others] = tokens;
  if (!first || (first.bits === undefined && others.length === 0)) {
    return hover.appendMarkdown(
      markdownText(t('“{0}” is the first token, so nothing predicts it.', visibleLabel(text))),
    );
  }
  hover.appendMarkdown(`**${markdownText(visibleLabel(text))}** `);
  if (others.length > 0) {
    hover.appendMarkdown(partsTable(tokens, labelOfId));
  } else {
    hover.appendMarkdown(tokenDetails(first, text, model, labelOfId));
  }
  return hover.appendMarkdown(
    `\n\n${markdownText(t('Scored by {0} with {1} tokens of context.', model.name, first.contextSize))} [${t('Hide')}](command:${hide})`,
  );
}

/** The figures of a token, and the more probable tokens at its place. */
function tokenDetails(
  { id, bits, rank, alternatives }: DocumentToken,
  text: string,
  { vocabSize }: Model,
  labelOfId: (id: number) => string,
): string {
  const figures = t(
    'probability {0}, rank {1} of {2}',
    percent(2 ** -(bits ?? 0)),
    (rank ?? 0).toLocaleString(),
    vocabSize.toLocaleString(),
  );
  const rows = alternatives.map(({ id: other, probability }) => {
    const label = markdownText(other === id ? visibleLabel(text) : labelOfId(other));
    return `| ${other === id ? `**${label}**` : label} | ${percent(probability)} |\n`;
  });
  const table = `\n\n| ${rank === 1 ? t('Most probable here') : t('More probable here')} | |\n| --- | ---: |\n${rows.join('')}`;
  return `${bitsLabel(bits ?? 0)} — ${markdownText(figures)}${rows.length > 0 ? table : ''}`;
}

/** A table of the tokens of one character, whose surprisal is their sum. */
function partsTable(tokens: readonly DocumentToken[], labelOfId: (id: number) => string): string {
  const sum = tokens.reduce((total, { bits = 0 }) => total + bits, 0);
  const rows = tokens.map(({ id, bits, rank, alternatives: [best] }) =>
    [
      markdownText(labelOfId(id)),
      ...(bits === undefined
        ? [t('first token'), '', '']
        : [bitsLabel(bits), percent(2 ** -bits), (rank ?? 0).toLocaleString()]),
      best ? `${markdownText(labelOfId(best.id))} ${percent(best.probability)}` : '',
    ].join(' | '),
  );
  return [
    t('{0} in {1} tokens', bitsLabel(sum), tokens.length),
    '',
    `| ${[t('Token'), t('Bits'), t('Probability'), t('Rank'), t('Most probable here')].join(' | ')} |`,
    '| --- | ---: | ---: | ---: | --- |',
    ...rows.map(row => `| ${row} |`),
  ].join('\n');
}

/** The longest bar of the histogram, in characters. */
const maxBarLength = 16;

/**
 * The legend of the colours, for the status bar's hover, with a histogram.
 *
 * @param counts number of tokens that are not painted, then of each step.
 */
export function legend(
  model: string,
  scope: string,
  counts: readonly number[],
): vscode.MarkdownString {
  const all = counts.reduce((sum, each) => sum + each, 0);
  const share = (step: number) => (counts[step] ?? 0) / Math.max(1, all);
  const tokens = (step: number) => {
    const bar = '█'.repeat(Math.round(maxBarLength * share(step)));
    return `${bar} ${(counts[step] ?? 0).toLocaleString()} (${percent(share(step))})`;
  };
  const table = new vscode.MarkdownString('', true);
  table.supportHtml = true;
  table.appendMarkdown(markdownText(t('Surprisal of {0} by {1}', scope, model)));
  table.appendMarkdown(
    `\n\n| | ${t('Bits')} | ${t('Probability')} | ${t('Line')} | ${t('Tokens')} |\n| --- | --- | --- | --- | --- |\n`,
  );
  table.appendMarkdown(`| | ${t('less than {0}', stepStarts[0])} | | | ${tokens(0)} |\n`);
  const lines = underlines();
  stepStarts.forEach((start, index) => {
    const end = stepStarts[index + 1];
    const swatch = `<span style="background-color:var(--vscode-lmEvolution-surprisal-ruler${index + 1});">&nbsp;&nbsp;&nbsp;</span>`;
    const bits = end === undefined ? t('{0} or more', start) : `${start}–${end}`;
    const line = lines[index]?.name ?? '';
    table.appendMarkdown(
      `| ${swatch} | ${bits} | ${t('at most {0}', shareLabel(start))} | ${line} | ${tokens(index + 1)} |\n`,
    );
  });
  return table;
}

/** The probability of some bits: 1 in 4, 1 in 16, ... */
const shareLabel = (bits: number) => t('1 in {0}', (2 ** bits).toLocaleString());
