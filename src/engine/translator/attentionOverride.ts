import type { GivenAttention } from '../../common/protocol/engine/analyze';
import type { Token } from '../../common/protocol/engine/types';
import { EngineError } from '../../common/errors';
import type { Watched } from './teacherForcing';

/**
 * A row of attention that was set by hand, if it is one for this source and this target.
 *
 * @throws EngineError `input-invalid` for a row that is no attention, or has no step.
 */
export function checkGivenAttention(
  given: GivenAttention,
  source: readonly Token[],
  target: readonly Token[],
): Watched['given'] {
  const weights = Float32Array.from(given.weights);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (!target[given.position]) {
    throw refused(
      `There is no step ${given.position}: the translation has ${target.length} tokens`,
    );
  }
  if (weights.length !== source.length) {
    throw refused(`There are ${weights.length} weights for ${source.length} tokens of the text`);
  }
  if (weights.some(weight => !(weight >= 0)) || Math.abs(sum - 1) > 1e-3) {
    throw refused('Weights of attention must be at least 0 and have the sum 1');
  }
  return { position: given.position, weights };
}

const refused = (what: string) => new EngineError('input-invalid', `${what}.`);
