/** Writes attention as text, for screen readers and notes. */
import { l10n } from 'vscode';
import { attentionRow, maySee, tokenNames } from '../../../common/attention/attention';
import type { ChosenHeads } from '../../../common/attention/chosenHeads';
import { attentionTokens, tellingHead } from '../../../common/attention/headScores';
import type { Analysis } from '../../../common/protocol/engine/analyze';
import type { Attention as AttentionTensor } from '../../../common/protocol/engine/types';
import { usualScores } from '../../../common/protocol/usualHeads';
import type { Manifest } from '../../../common/protocol/manifest';
import type { Subject } from '../../../common/protocol/pages/subject';
import { isUnknown } from '../../../common/text/tokenText';
import { shownHeads, whyHeads } from '../../subject/headLabels';
import { percent } from '../../../common/text/percent';

const { t } = l10n;

/** The number of keys that are listed for each token. */
const maxKeys = 5;

/**
 * Writes the attention of an analysis as Markdown: for each token those that it attends to most, in the heads that the
 * panel would show.
 *
 * @param chosen the heads that the user has chosen of the model.
 */
export function attentionMarkdown(
  subject: Subject,
  analysis: Analysis,
  model: Manifest,
  chosen: ChosenHeads,
): string {
  const [attention] = analysis.attentions;
  const texts = subject.segments.map(({ text }) => text);
  const tokens = tokenNames(analysis.source, texts).map(inlineCode);
  const heads = shownHeads(chosen, model, attention && tellingOf(analysis, attention, texts));
  const rows = tokens.map((token, query) => {
    const row = attention ? [...attentionRow(attention, query, heads.averaged)] : [];
    const strongest = row
      .map((weight, key) => ({ weight, key }))
      .filter(({ key }) => attention && maySee(attention, query, key))
      .sort((a, b) => b.weight - a.weight)
      .slice(0, maxKeys)
      .map(({ weight, key }) => `${tokens[key] ?? ''} ${percent(weight)}`);
    return `| ${query + 1} | ${token} | ${strongest.join(', ')} |`;
  });
  const unknown = analysis.source.filter(isUnknown).length;
  const omissions = [
    ...(unknown > 0
      ? [t('Words that this model does not know and reads as [UNK]: {0}.', unknown)]
      : []),
    ...(analysis.dropped > 0
      ? [
          t(
            '{0} tokens were left out: the text is longer than the model can read at once.',
            analysis.dropped,
          ),
        ]
      : []),
    ...(subject.cutLength > 0
      ? [t('{0} characters were left out: the selection is too long.', subject.cutLength)]
      : []),
  ];
  return [
    `# ${t('Attention in {0}', subject.label)}`,
    t(
      '{0} on {1} tokens. The table lists what each token looks at most. All weights of a token add up to 100 %.',
      model.name,
      tokens.length,
    ),
    whyHeads(heads),
    ...omissions,
    [`| | ${t('Token')} | ${t('Looks at')} |`, '| ---: | --- | --- |', ...rows].join('\n'),
    t('Attention shows where a head reads from, not why the model decides as it does.'),
    '',
  ].join('\n\n');
}

const tellingOf = (analysis: Analysis, attention: AttentionTensor, texts: readonly string[]) =>
  tellingHead(
    attention,
    attentionTokens(analysis, attention.kind, texts),
    usualScores(analysis.usualHeads, attention)?.telling,
  );

/** Formats a text as code in a table's cell: bars and line breaks would break the table, and backticks the code. */
function inlineCode(text: string): string {
  const plain = text.replaceAll('|', '\\|').replace(/\s+/gu, ' ');
  return plain.includes('`') ? `\`\` ${plain} \`\`` : `\`${plain}\``;
}
