/** The decoding loop: greedy, sampling, or beam search. */

import type { Strategy } from '../../common/protocol/engine/generate';
import { beamSearch } from './beamSearch';
import { Drafts } from './drafts';
import { logSoftmax, logSumOf, topTokens, type RankedToken } from '../../common/math/logits';
import { sampler, type Choose } from './sampling';
import { forbidden } from './tokenHealing';
import {
  finishReason,
  type StepFn,
  type DecodingOptions,
  type GeneratedSequence,
} from './sequences';

/**
 * Generates tokens from logits with a strategy. There is no model in it.
 *
 * @param first [V], the logits of the first new token; row 0 of the first step continues from there.
 * @returns best first: at most as many as there are beams, and one for other strategies.
 * @throws EngineError `model-invalid` for logits that are no numbers, and whatever `step` throws.
 */
export async function search(
  strategy: Strategy,
  first: Float32Array,
  step: StepFn,
  options: DecodingOptions,
): Promise<readonly GeneratedSequence[]> {
  if (strategy.kind === 'beam') {
    return beamSearch(strategy, first, step, options);
  }
  const choose = strategy.kind === 'sample' ? sampler(strategy) : greedy;
  return [await decodeOne(choose, first, step, options)];
}

const greedy: Choose = logits => {
  let best = 0;
  for (let id = 1; id < logits.length; id++) {
    if (logits[id]! > logits[best]!) {
      best = id;
    }
  }
  return best;
};

async function decodeOne(
  choose: Choose,
  first: Float32Array,
  step: StepFn,
  options: DecodingOptions,
): Promise<GeneratedSequence> {
  const tokens: number[] = [];
  const logProbabilities: number[] = [];
  const logAllowed: number[] = [];
  const candidates: RankedToken[][] = [];
  const readAhead = options.readAhead ?? (async tokens => [await step(tokens, [0])]);
  const drafts = options.readAhead && new Drafts();
  const seen = [...options.prompt];
  /** The guesses, and the logits after the last chosen token, then after each guess. */
  let draft: readonly number[] = [];
  let rows: readonly Float32Array[] = [first];
  let accepted = 0;
  for (;;) {
    const logits = rows[accepted]!;
    const logSum = logSumOf(logits);
    const bias = options.bias?.(tokens);
    const id = choose(bias ? added(logits, bias) : logits, seen);
    const logProbability = logits[id]! - logSum;
    const allowed = bias
      ? logSumOf(logits.filter((_, each) => bias[each]! > forbidden)) - logSum
      : 0;
    tokens.push(id);
    seen.push(id);
    logProbabilities.push(logProbability);
    logAllowed.push(allowed);
    if (options.top > 0) {
      candidates.push(topTokens(logSoftmax(logits), options.top));
    }
    options.onToken({ id, logProbability, ...(bias && { logAllowed: allowed }) });
    const finish = finishReason(tokens, options);
    if (finish) {
      return { tokens, logProbabilities, ...(options.bias && { logAllowed }), candidates, finish };
    }
    if (draft[accepted] === id) {
      accepted++; // The model has read it already.
      continue;
    }
    drafts?.learn(draft.length, accepted, seen.length);
    // The last new token need not be read.
    draft = drafts?.propose(seen, options.maxNewTokens - tokens.length - 1) ?? [];
    rows = await readAhead([id, ...draft], tokens.length - 1);
    accepted = 0;
  }
}

const added = (logits: Float32Array, bias: Float32Array): Float32Array =>
  logits.map((logit, id) => logit + bias[id]!);
