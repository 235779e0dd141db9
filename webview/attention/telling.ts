/** The most telling head of an analysis. */
import type { Attention } from '../../src/common/protocol/engine/types';
import type { HeadPosition } from '../../src/common/attention/attention';
import {
  attentionTokens,
  ranked,
  type TellingHead,
  tellingHead,
  tellingScores,
} from '../../src/common/attention/headScores';
import { usualScores } from '../../src/common/protocol/usualHeads';
import type { Shown } from './text/shown';

/** The head that says most about a text; undefined where none says anything. */
export const tellingOf = (shown: Shown, attention: Attention): TellingHead | undefined =>
  tellingHead(attention, ...scoredBy(shown, attention));

/** The heads that tell something, the most telling first. */
export const tellingHeads = (
  shown: Pick<Shown, 'analysis' | 'read'>,
  attention: Attention,
): readonly HeadPosition[] =>
  ranked(tellingScores(attention, ...scoredBy(shown, attention)), attention).filter(
    ({ score }) => score > 0,
  );

/** What the score is made from, besides the weights. */
function scoredBy({ analysis, read }: Pick<Shown, 'analysis' | 'read'>, attention: Attention) {
  const tokens = attentionTokens(analysis, attention.kind, read.texts);
  return [tokens, usualScores(analysis.usualHeads, attention)?.telling] as const;
}
