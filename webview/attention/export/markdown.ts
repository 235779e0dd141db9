/** The picture in words, as Markdown. */
import { type Attention, deviceNames, type Token } from '../../../src/common/protocol/engine/types';
import { averageHeads, inBrief, summarize } from '../../matrix/heads';
import { allHeads } from '../../../src/common/attention/attention';
import { strongest } from '../../matrix/link';
import { nameOf, unknownWords } from '../../matrix/units';
import { cautionOf, nothingWritten } from '../../common/caution';
import { fenced, markdownText } from '../../common/escape';
import type { Figure } from './figure';
import { percent } from '../../../src/common/text/percent';
import { count, duration, thousands } from '../../common/numbers';

const linksOfEach = 3;

/** What the text alternative says beyond the figure. */
export interface MarkdownSource {
  readonly figure: Figure;
  readonly attention: Attention;
  readonly tokens: readonly Token[];
  readonly runMs: number;
}

/** The picture in words: what is looked at, what each token looks at most, what each head does. */
export function markdownOf({ figure, attention, tokens, runMs }: MarkdownSource): string {
  const { view, subject, window, dropped, device } = figure;
  const caution = cautionOf(figure.readText, figure);
  const lines = [
    `# Attention of ${markdownText(subject.label)}`,
    '',
    `- Model: ${markdownText(figure.modelName)}`,
    `- Ran on: ${deviceNames[device.device]}, ${markdownText(duration(runMs))}${device.reason ? ` (${markdownText(device.reason)})` : ''}`,
    `- Tokens: ${thousands(tokens.length)}`,
    ...(figure.unknownCount > 0 ? [`- ${markdownText(unknownWords(figure.unknownCount))}`] : []),
    ...(dropped > 0
      ? [
          `- Left out: ${count(dropped, 'token')}; shown are ${thousands(window.count)} of ${thousands(window.total)}, from number ${thousands(window.start + 1)}`,
        ]
      : []),
    ...(subject.cutLength > 0
      ? [
          `- The selection was too long to take whole: its last ${count(subject.cutLength, 'character')} were left out`,
        ]
      : []),
    `- Shown: ${markdownText(figure.headsInWords)}${figure.words ? ', merged to words' : ''}`,
    ...(figure.summary === undefined
      ? []
      : [`- What it does here: ${markdownText(figure.summary)}`]),
    ...(view.hiddenShare > 0
      ? [
          `- Hidden: ${percent(view.hiddenShare)} of the weight${figure.rescaled ? '; rows are rescaled to 100 %' : ''}`,
        ]
      : []),
    '',
    '## Text',
    '',
    ...subject.segments.flatMap(({ text }, index) => [
      ...(subject.segments.length > 1 ? [index === 0 ? 'A:' : 'B:', ''] : []),
      ...[fenced(text), ''],
    ]),
    ...(figure.targetText === undefined
      ? []
      : [
          ...['Translation:', ''],
          ...[figure.targetText === '' ? nothingWritten : fenced(figure.targetText), ''],
        ]),
    ...(caution === undefined ? [] : [markdownText(caution), '']),
    '## What each token looks at most',
    '',
    `| Token | ${places(place => `${place}`)} |`,
    `| --- | ${places(() => '---')} |`,
    ...view.queries.map((query, row) => {
      const links = strongest(view, [row], linksOfEach).map(
        ({ key, weight }) =>
          `${view.keys
            .slice(key, key + 1)
            .map(nameOf)
            .map(markdownText)
            .join('')} ${percent(weight)}`,
      );
      // A token that may not look ahead has fewer to look at.
      const cells = Array.from({ length: linksOfEach }, (_, place) => links[place] ?? '');
      return `| ${markdownText(nameOf(query))} | ${cells.join(' | ')} |`;
    }),
    '',
    ...(figure.summary === undefined
      ? []
      : ['## What each head does mostly on this text', '', ...headTable(attention, tokens), '']),
    'A large weight says where a head took its values from, not why the model decided as it did.',
    '',
  ];
  return lines.join('\n');
}

const places = (title: (place: number) => string) =>
  Array.from({ length: linksOfEach }, (_, place) => title(place + 1)).join(' | ');

function headTable(attention: Attention, tokens: readonly Token[]): string[] {
  const [layers, heads] = attention.shape;
  const cells = allHeads(attention.shape).map(position =>
    markdownText(inBrief(summarize(averageHeads(attention, [position]), tokens, attention.kind))),
  );
  const titles = Array.from({ length: heads }, (_, head) => `Head ${head + 1}`);
  return [
    `| Layer | ${titles.join(' | ')} |`,
    `| --- | ${titles.map(() => '---').join(' | ')} |`,
    ...Array.from(
      { length: layers },
      (_, layer) =>
        `| ${layer + 1} | ${cells.slice(layer * heads, (layer + 1) * heads).join(' | ')} |`,
    ),
  ];
}
