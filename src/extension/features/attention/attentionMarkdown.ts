import { l10n } from 'vscode';
import { allHeads, attentionRow, maySee, tokenText } from '../../../common/attention/attentionRow';
import { percent } from '../../workbench/percent';
import type { Analysis } from '../../../common/protocol/engine/analyze';
import type { Manifest } from '../../../common/protocol/manifest';
import type { Subject } from '../../../common/protocol/pages/subject';
import { isUnknown } from '../../../common/text/tokenText';

const { t } = l10n;

/** How many of the tokens that a token looks at are named. */
const named = 5;

/**
 * The attention of an analysis in words, as Markdown: for each token, what it looks at most, averaged over
 * all heads of all layers.
 */
export function attentionMarkdown(
  subject: Subject,
  analysis: Analysis,
  { name }: Manifest,
): string {
  const [attention] = analysis.attentions;
  const texts = subject.segments.map(({ text }) => text);
  const tokens = analysis.source.map(token => code(tokenText(token, texts)));
  const heads = attention ? allHeads(attention) : [];
  const rows = tokens.map((token, query) => {
    const row = attention ? [...attentionRow(attention, query, heads)] : [];
    const strongest = row
      .map((weight, key) => ({ weight, key }))
      .filter(({ key }) => attention && maySee(attention, query, key))
      .sort((a, b) => b.weight - a.weight)
      .slice(0, named)
      .map(({ weight, key }) => `${tokens[key] ?? ''} ${percent(weight)}`);
    return `| ${query + 1} | ${token} | ${strongest.join(', ')} |`;
  });
  const unknown = analysis.source.filter(isUnknown).length;
  const left = [
    ...(unknown > 0
      ? [t('Words that this model does not know, and reads as [UNK]: {0}.', unknown)]
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
      '{0} on {1} tokens. For each token: what it looks at most, averaged over all {2} heads of all layers. All of its weights together are 100 %.',
      name,
      tokens.length,
      heads.length,
    ),
    ...left,
    [`| | ${t('Token')} | ${t('Looks at')} |`, '| ---: | --- | --- |', ...rows].join('\n'),
    t('Attention shows where a head reads from, not why the model decides as it does.'),
    '',
  ].join('\n\n');
}

/** As code, whatever is in it; a table's bars and line breaks would break it. */
function code(text: string): string {
  const plain = text.replaceAll('|', '\\|').replace(/\s+/gu, ' ');
  return plain.includes('`') ? `\`\` ${plain} \`\`` : `\`${plain}\``;
}
