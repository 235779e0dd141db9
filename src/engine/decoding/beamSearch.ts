/** Beam search over a model that is run step by step. */

import type { Strategy } from '../../common/protocol/engine/generate';
import { logSoftmax, rowOf, topTokens, type RankedToken } from '../../common/math/logits';
import {
  finishReason,
  type StepFn,
  type DecodingOptions,
  type GeneratedSequence,
} from './sequences';

export type Beam = Extract<Strategy, { kind: 'beam' }>;

interface Hypothesis {
  readonly tokens: readonly number[];
  readonly logProbabilities: readonly number[];
  readonly candidates: readonly (readonly RankedToken[])[];
  /** Sum of `logProbabilities`. */
  readonly total: number;
  readonly finish: GeneratedSequence['finish'] | undefined;
}

/**
 * Keeps the most probable sequences side by side.
 *
 * Each step extends every open hypothesis by every token and keeps the `beams` extensions of greatest
 * log-probability; of equal ones that of the lower token id, then of the better hypothesis before. Those that end
 * leave the beam, and the best `beams` of them by score are kept; score = log-probability / length ** lengthPenalty.
 * The search is over when so many have ended and no open one could reach the score of the worst of them, even if
 * all that follows were certain up to the limit; or at that limit, where the open ones take the places left.
 * Mirrors `translate_by_beam` in `training/decoding.py`; change both.
 *
 * @see Sutskever et al., arXiv:1409.3215, section 3.2; Wu et al., arXiv:1609.08144, section 7, for lengths.
 */
export async function beamSearch(
  { beams, lengthPenalty = 1 }: Beam,
  first: Float32Array,
  step: StepFn,
  options: DecodingOptions,
): Promise<readonly GeneratedSequence[]> {
  const score = ({ total, tokens }: Hypothesis) => total / tokens.length ** lengthPenalty;
  const best = (hypotheses: readonly Hypothesis[]) =>
    [...hypotheses].sort((a, b) => score(b) - score(a)).slice(0, beams);
  let ended: readonly Hypothesis[] = [];
  let extensions = extend([nothing], first, beams, options);
  for (;;) {
    ended = best([...ended, ...extensions.filter(hasEnded)]);
    const open = extensions.filter(each => !hasEnded(each));
    const [leader] = open;
    const worst = ended[beams - 1];
    const isOver =
      leader === undefined ||
      leader.finish === 'length' ||
      (worst && leader.total / options.maxNewTokens ** lengthPenalty <= score(worst));
    if (isOver) {
      const all = [...ended, ...best(open)].slice(0, beams);
      return all.map(each => ({ ...each, finish: each.finish ?? 'length' }));
    }
    const logits = await step(
      open.map(({ tokens }) => tokens.at(-1)!),
      open.map(({ row }) => row),
    );
    extensions = extend(open, logits, beams, options);
  }
}

const nothing: Hypothesis = {
  tokens: [],
  logProbabilities: [],
  candidates: [],
  total: 0,
  finish: undefined,
};

const hasEnded = ({ finish }: Hypothesis) => finish !== undefined && finish !== 'length';

/** The best extensions of all hypotheses together, with the row of `logits` [B, V] that each continues. */
function extend(
  open: readonly Hypothesis[],
  logits: Float32Array,
  beams: number,
  options: DecodingOptions,
): readonly (Hypothesis & { readonly row: number })[] {
  const { vocabSize, top } = options;
  const ranked = open.map((_, row) =>
    topTokens(logSoftmax(rowOf(logits, row, vocabSize)), Math.max(beams, top)),
  );
  const candidates = open
    .flatMap(({ total }, row) =>
      // No more than `beams` of one hypothesis can be among the best of all.
      (ranked[row] ?? [])
        .slice(0, beams)
        .map(token => ({ ...token, row, total: total + token.logProbability })),
    )
    .sort((a, b) => b.total - a.total || a.id - b.id || a.row - b.row);
  const extensions = candidates.slice(0, beams).map(({ id, logProbability, row, total }) => {
    const before = open[row]!;
    const tokens = [...before.tokens, id];
    return {
      tokens,
      logProbabilities: [...before.logProbabilities, logProbability],
      candidates: top > 0 ? [...before.candidates, (ranked[row] ?? []).slice(0, top)] : [],
      total,
      finish: finishReason(tokens, options),
      row,
    };
  });
  options.onBeamStep?.(
    candidates.map(({ id, logProbability, row, total }, index) => {
      const extension = extensions[index];
      return {
        tokens: [...open[row]!.tokens, id],
        ...{ logProbability, total },
        kept: extension !== undefined,
        finished: extension !== undefined && hasEnded(extension),
      };
    }),
  );
  return extensions;
}
