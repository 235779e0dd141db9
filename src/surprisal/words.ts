import * as vscode from 'vscode';
import { percent } from '../percent';
import { bitsPerByteOf, perplexityOf, stepStarts, type Sums } from './bits';
import { linesOf } from './lines';
import type { PlacedToken } from './session';

const { t } = vscode.l10n;

const toggle = 'lmEvolution.showSurprisal';

/** A token as it is typed: a space as a dot, a line end as its sign. */
export const visible = (text: string): string =>
  text.replaceAll(' ', '·').replaceAll('\n', '⏎').replaceAll('\r', '').replaceAll('\t', '→') || '∅';

/** "12.3 bits". */
export const bitsWords = (bits: number): string => t('{0} bits', bits.toFixed(1));

/** "perplexity 23 · 1.1 bits a byte". */
export const sumWords = (sums: Sums): string =>
  t(
    'perplexity {0} · {1} bits a byte',
    threeDigits(perplexityOf(sums)),
    bitsPerByteOf(sums).toFixed(2),
  );

const threeDigits = (value: number) =>
  value < 1000 ? String(Number(value.toPrecision(3))) : value.toExponential(1);

export interface Model {
  readonly name: string;
  readonly vocabSize: number;
}

/** What a token shows while the pointer is on it. */
export function hoverOf(
  token: PlacedToken,
  text: string,
  model: Model,
  spell: (id: number) => string,
): vscode.MarkdownString {
  const words = new vscode.MarkdownString();
  words.isTrusted = { enabledCommands: [toggle] };
  if (token.bits === undefined || token.rank === undefined) {
    return words.appendText(t('“{0}” is the first: nothing stands before it.', visible(text)));
  }
  const probability = 2 ** -token.bits;
  words
    .appendMarkdown('**')
    .appendText(visible(text))
    .appendMarkdown(`** ${bitsWords(token.bits)} — `)
    .appendText(
      t(
        'probability {0}, rank {1} of {2}',
        percent(probability),
        token.rank.toLocaleString(),
        model.vocabSize.toLocaleString(),
      ),
    );
  if (token.alternatives.length > 0) {
    words.appendMarkdown(`\n\n| ${t('Likelier here')} | |\n| --- | ---: |\n`);
    for (const { id, probability: share } of token.alternatives) {
      const isThis = spell(id) === text;
      words
        .appendMarkdown(isThis ? '| **' : '| ')
        .appendText(visible(spell(id)))
        .appendMarkdown(`${isThis ? '**' : ''} | ${percent(share)} |\n`);
    }
  }
  return words
    .appendMarkdown('\n\n')
    .appendText(t('By {0}, with {1} tokens before it.', model.name, token.contextSize))
    .appendMarkdown(` [${t('Turn off')}](command:${toggle})`);
}

/** What the colours mean, for the status bar's hover. */
export function legend(model: string, scope: string): vscode.MarkdownString {
  const words = new vscode.MarkdownString('', true);
  words.supportHtml = true;
  words.appendText(t('Surprisal of {0} by {1}', scope, model));
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
