import * as vscode from 'vscode';
import { markdownText } from '../../workbench/markdown';
import { percent } from '../../workbench/percent';
import { readBytes, spellParts } from '../../../common/text/byteText';
import type { Spelling } from '../../../common/protocol/engine/tokenize';
import { visibleText } from '../../../common/text/tokenText';
import { bitsPerByteOf, perplexityOf, perplexityWords, stepStarts, type Sums } from './bits';
import { linesOf } from './surprisalDecorations';
import type { PlacedToken } from './documentScorer';

const { t } = vscode.l10n;

const hide = 'lmEvolution.hideSurprisal';

/** A token as it is typed: a space as a dot, a line end as its sign. */
export const visible = (text: string): string => visibleText(text) || '∅';

/** A token of the vocabulary; a part of a character by its bytes. */
export const labelOf = (spelling: Spelling | undefined): string =>
  spelling && spelling.bytes.length > 0
    ? spellParts(readBytes(spelling.bytes))
    : visible(spelling?.text ?? '');

/** "12.3 bits". */
export const bitsWords = (bits: number): string => t('{0} bits', bits.toFixed(1));

/**
 * "perplexity 23 · 1.1 bits a byte".
 *
 * @param isFinal all has been read.
 */
export function sumWords(sums: Sums, isFinal: boolean): string {
  const perplexity = perplexityWords(perplexityOf(sums));
  const bits = bitsPerByteOf(sums).toFixed(2);
  return isFinal
    ? t('perplexity {0} · {1} bits a byte', perplexity, bits)
    : t('perplexity {0} so far · {1} bits a byte', perplexity, bits);
}

export interface Model {
  readonly name: string;
  readonly vocabSize: number;
}

/** What the token under the pointer shows, or all that share a character. */
export function hoverOf(
  tokens: readonly PlacedToken[],
  text: string,
  model: Model,
  labelOfId: (id: number) => string,
): vscode.MarkdownString {
  const words = new vscode.MarkdownString();
  words.isTrusted = { enabledCommands: [hide] };
  const [first, ...others] = tokens;
  if (!first || (first.bits === undefined && others.length === 0)) {
    return words.appendMarkdown(
      markdownText(t('“{0}” is the first: nothing stands before it.', visible(text))),
    );
  }
  words.appendMarkdown(`**${markdownText(visible(text))}** `);
  if (others.length > 0) {
    words.appendMarkdown(partsWords(tokens, labelOfId));
  } else {
    words.appendMarkdown(tokenWords(first, text, model, labelOfId));
  }
  return words.appendMarkdown(
    `\n\n${markdownText(t('By {0}, with {1} tokens before it.', model.name, first.contextSize))} [${t('Hide')}](command:${hide})`,
  );
}

/** A token, and what would be likelier in its place. */
function tokenWords(
  { id, bits, rank, alternatives }: PlacedToken,
  text: string,
  { vocabSize }: Model,
  labelOfId: (id: number) => string,
): string {
  const told = t(
    'probability {0}, rank {1} of {2}',
    percent(2 ** -(bits ?? 0)),
    (rank ?? 0).toLocaleString(),
    vocabSize.toLocaleString(),
  );
  const rows = alternatives.map(({ id: other, probability }) => {
    const label = markdownText(other === id ? visible(text) : labelOfId(other));
    return `| ${other === id ? `**${label}**` : label} | ${percent(probability)} |\n`;
  });
  const table = `\n\n| ${rank === 1 ? t('Likeliest here') : t('Likelier here')} | |\n| --- | ---: |\n${rows.join('')}`;
  return `${bitsWords(bits ?? 0)} — ${markdownText(told)}${rows.length > 0 ? table : ''}`;
}

/** The tokens that a character is cut into: its surprisal is that of all together. */
function partsWords(tokens: readonly PlacedToken[], labelOfId: (id: number) => string): string {
  const sum = tokens.reduce((total, { bits = 0 }) => total + bits, 0);
  const rows = tokens.map(({ id, bits, rank, alternatives: [best] }) =>
    [
      markdownText(labelOfId(id)),
      ...(bits === undefined
        ? [t('the first'), '', '']
        : [bitsWords(bits), percent(2 ** -bits), (rank ?? 0).toLocaleString()]),
      best ? `${markdownText(labelOfId(best.id))} ${percent(best.probability)}` : '',
    ].join(' | '),
  );
  return [
    t('{0} in {1} tokens', bitsWords(sum), tokens.length),
    '',
    `| ${[t('Token'), t('Bits'), t('Probability'), t('Rank'), t('Likeliest here')].join(' | ')} |`,
    '| --- | ---: | ---: | ---: | --- |',
    ...rows.map(row => `| ${row} |`),
  ].join('\n');
}

/** What the colours mean, for the status bar's hover. */
export function legend(model: string, scope: string): vscode.MarkdownString {
  const words = new vscode.MarkdownString('', true);
  words.supportHtml = true;
  words.appendMarkdown(markdownText(t('Surprisal of {0} by {1}', scope, model)));
  words.appendMarkdown(
    `\n\n| | ${t('Bits')} | ${t('Probability')} | ${t('Line')} |\n| --- | --- | --- | --- |\n`,
  );
  const lines = linesOf();
  stepStarts.forEach((start, index) => {
    const end = stepStarts[index + 1];
    const swatch = `<span style="background-color:var(--vscode-lmEvolution-surprisal-ruler${index + 1});">&nbsp;&nbsp;&nbsp;</span>`;
    const bits = end === undefined ? t('{0} and more', start) : `${start}–${end}`;
    const line = lines[index]?.name ?? '';
    words.appendMarkdown(
      `| ${swatch} | ${bits} | ${t('at most {0}', shareOf(start))} | ${line} |\n`,
    );
  });
  return words;
}

/** 1 in 4, 1 in 16, ...: what so many bits are. */
const shareOf = (bits: number) => t('1 in {0}', (2 ** bits).toLocaleString());
