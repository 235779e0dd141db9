/** All sentences of a translation as a table, for the text alternative. */
import { markdownText } from '../common/escape';
import type { AttentionState } from './attentionState';
import type { Shown } from './text/shown';
import { translationKey, translatorsAmong } from './sentenceTranslator';
import { written } from './translations';

/** Each sentence with what every translator made of it; empty where there is one sentence or none. */
export function allSentencesInMarkdown(
  { subject, read: { sentence } }: Shown,
  { models, settings, translated }: AttentionState,
): string {
  if (!sentence || sentence.all.length < 2) {
    return '';
  }
  const known =
    translated?.key === translationKey(subject, settings.beams) ? translated : undefined;
  const translators = translatorsAmong(models);
  const line = (cells: readonly string[]) => `| ${cells.map(markdownText).join(' | ')} |`;
  return [
    '',
    '## All sentences',
    '',
    `The tables above are of sentence ${sentence.index + 1}.`,
    '',
    line(['Sentence', ...translators.map(({ year }) => String(year))]),
    `| ${['Sentence', ...translators].map(() => '---').join(' | ')} |`,
    ...sentence.all.map(({ text }, index) =>
      line([text, ...translators.map(({ id }) => written(known?.byModel.get(id)?.[index]))]),
    ),
    '',
  ].join('\n');
}
