import type { Strategy } from '../shared/engineApi';
import { beamSearch } from './beamSearch';
import { logSoftmax, logSumOf, topTokens, type RankedToken } from '../shared/logits';
import { sampler, type Choose } from './sampling';
import { finishOf, type Step, type WritingOptions, type Written } from './writing';

/**
 * Writes on from logits with a strategy. There is no model in it.
 *
 * @param first [V], the logits of the first new token; row 0 of the first step goes on from there.
 * @returns the best first: at most as many as there are beams, of other strategies one.
 * @throws EngineError `model-invalid` for logits that are no numbers, and whatever `step` throws.
 */
export async function search(
  strategy: Strategy,
  first: Float32Array,
  step: Step,
  options: WritingOptions,
): Promise<readonly Written[]> {
  if (strategy.kind === 'beam') {
    return beamSearch(strategy, first, step, options);
  }
  const choose = strategy.kind === 'sample' ? sampler(strategy) : mostProbable;
  return [await writeOne(choose, first, step, options)];
}

const mostProbable: Choose = logits => {
  let best = 0;
  for (let id = 1; id < logits.length; id++) {
    if (logits[id]! > logits[best]!) {
      best = id;
    }
  }
  return best;
};

async function writeOne(
  choose: Choose,
  first: Float32Array,
  step: Step,
  options: WritingOptions,
): Promise<Written> {
  const tokens: number[] = [];
  const logProbabilities: number[] = [];
  const candidates: RankedToken[][] = [];
  let logits = first;
  for (;;) {
    const logSum = logSumOf(logits);
    const bias = options.bias?.(tokens);
    const id = choose(bias ? added(logits, bias) : logits, [...options.prompt, ...tokens]);
    const logProbability = logits[id]! - logSum;
    tokens.push(id);
    logProbabilities.push(logProbability);
    if (options.top > 0) {
      candidates.push(topTokens(logSoftmax(logits), options.top));
    }
    options.onToken({ id, logProbability });
    const finish = finishOf(tokens, options);
    if (finish) {
      return { tokens, logProbabilities, candidates, finish };
    }
    logits = await step([id], [0]);
  }
}

const added = (logits: Float32Array, bias: Float32Array): Float32Array =>
  logits.map((logit, id) => logit + bias[id]!);
