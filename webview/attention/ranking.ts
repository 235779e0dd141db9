/** The order of the heads in the navigator: by a role, by how telling they are, or by what they give to one link. */
import { type HeadSort, sorts } from './sorts';
import { type Role } from '../../src/common/protocol/usualHeads';
import {
  attentionTokens,
  linkScores,
  ranked,
  roleScores,
  tellingScores,
} from '../../src/common/attention/headScores';
import type { HeadPosition } from '../../src/common/attention/attention';
import { usualScores } from '../../src/common/protocol/usualHeads';
import type { Attention } from '../../src/common/protocol/engine/types';
import { percent } from '../../src/common/text/percent';
import { memo } from '../common/store';
import type { Shown } from './text/shown';

/** What cannot be said of a translator's cross-attention, where a query and a key stand in different texts. */
const ofOneText: ReadonlySet<HeadSort> = new Set([
  ...(['previous', 'next', 'same', 'duplicate', 'induction', 'distance'] as const),
]);

/** The sorts that make sense of an attention. */
export const sortsOf = ({ kind }: Attention): readonly HeadSort[] =>
  sorts.filter(sort => kind !== 'cross' || !ofOneText.has(sort));

export interface RankedHead extends HeadPosition {
  readonly score: number;
  /** What the score usually is, over other sentences; undefined where the model's folder does not say it. */
  readonly usual: number | undefined;
}

/** A link by its tokens, along the axes of the attention. */
export interface LinkTokens {
  readonly queries: readonly number[];
  readonly keys: readonly number[];
}

/** The score as it is shown. */
export const scoreWords = (sort: HeadSort, score: number): string =>
  sort === 'distance' ? `${score.toFixed(1)} tokens` : percent(score);

const roleOf = (sort: Exclude<HeadSort, 'position' | 'telling' | 'link'>): Role =>
  sort === 'focus' || sort === 'breadth' ? 'entropy' : sort;

/** Ranks heads; scores of a text are computed once. */
export interface Ranker {
  /** @returns undefined where the heads stand by layer and head. */
  rank(
    sort: HeadSort,
    shown: Shown,
    attention: Attention,
    link: LinkTokens | undefined,
  ): readonly RankedHead[] | undefined;
  /** Computes what sorting by a role will need: some 50 ms for 128 tokens, so that the sort itself is done at once. */
  prepare(shown: Shown, attention: Attention): void;
}

export function createRanker(): Ranker {
  const tokensOf = memo(({ analysis, read }: Shown, kind: Attention['kind']) =>
    attentionTokens(analysis, kind, read.texts),
  );
  const rolesOf = memo((shown: Shown, attention: Attention) =>
    roleScores(attention, tokensOf(shown, attention.kind)),
  );
  const rank = memo((sort: HeadSort, shown: Shown, attention: Attention, link?: LinkTokens) => {
    if (sort === 'position' || (sort === 'link' && !link)) {
      return undefined;
    }
    const usual = usualScores(shown.analysis.usualHeads, attention);
    const tokens = tokensOf(shown, attention.kind);
    const scores =
      sort === 'link'
        ? linkScores(attention, link?.queries ?? [], link?.keys ?? [])
        : sort === 'telling'
          ? tellingScores(attention, tokens, usual?.telling)
          : rolesOf(shown, attention)[roleOf(sort)];
    const usually = sort === 'link' || sort === 'telling' ? undefined : usual?.[roleOf(sort)];
    const heads = ranked(scores, attention).map(each => ({
      ...each,
      usual: usually?.[each.layer * attention.shape[1] + each.head],
    }));
    return sort === 'focus' ? heads.reverse() : heads;
  });
  let last: LinkTokens | undefined;
  return {
    rank: (sort, shown, attention, link) => {
      // A link is made anew with each view; it is the same where its tokens are.
      last = sort !== 'link' ? undefined : isSameLink(last, link) ? last : link;
      return rank(sort, shown, attention, last);
    },
    prepare: (shown, attention) => void rolesOf(shown, attention),
  };
}

const isSameLink = (a: LinkTokens | undefined, b: LinkTokens | undefined) =>
  JSON.stringify(a) === JSON.stringify(b);
