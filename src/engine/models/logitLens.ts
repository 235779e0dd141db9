/** The logit lens at many positions of a text: what of the logits of each layer is kept. */

import type { TokenRank } from '../../common/protocol/engine/predict';
import type {
  LensColumn,
  LensGrid,
  LensRequest,
  OnColumn,
} from '../../common/protocol/engine/lens';
import { EngineError } from '../../common/errors';
import { largestIndices, logSumOf, rankOf } from '../../common/math/logits';
import { candidatesOf } from '../decoding/candidates';
import { nothingRequested } from '../decoder/decoderGraph';
import { layerRows } from '../onnx/tensors';
import { continuationInput } from '../tokenizer/modelInput';
import type { Tokenizer } from '../tokenizer/encoding';
import type { Readers } from './decoderReaders';
import type { OpenModel } from './model';

const defaultPositions = 64;

/**
 * Reads the last tokens of a text one by one, each through the lens. The logits of a position are L + 1 rows of the
 * vocabulary, so only those of one position are there at a time.
 *
 * @throws EngineError `input-empty`, `input-invalid` for a graph without a lens, `cancelled` between two tokens, and
 *   those of a run.
 * @see nostalgebraist, "interpreting GPT: the logit lens", 2020
 */
export async function readLens(
  { manifest, tokenizer, device }: OpenModel,
  { graph, reader }: Readers,
  request: LensRequest,
  onColumn?: OnColumn,
  signal?: AbortSignal,
): Promise<LensGrid> {
  if (!graph.hasLens) {
    throw new EngineError(
      'input-invalid',
      `${manifest.name} cannot tell what its layers would say.`,
    );
  }
  const { positions = defaultPositions, watched = [] } = request;
  const input = continuationInput(tokenizer, manifest.contextLength, request);
  const ids = input.tokens.map(({ id }) => id);
  const total = Math.min(positions, ids.length);
  const first = ids.length - total;
  const columns: LensColumn[] = [];
  let runMs = 0;
  for (let index = 0; index < total; index++) {
    const requested = { ...nothingRequested, lens: true };
    // What was read before is known already: each of these runs reads one token.
    const read = await reader.prefill(ids.slice(0, first + index + 1), signal, requested);
    const column = columnOf(tokenizer, read.lens ? layerRows(read.lens) : [], watched);
    columns.push(column);
    runMs += read.runMs;
    onColumn?.({ index, total, column });
  }
  return {
    modelId: manifest.id,
    source: input.tokens,
    text: input.text,
    first,
    columns,
    vocabSize: manifest.vocabSize,
    window: input.window,
    dropped: input.dropped,
    device,
    runMs,
  };
}

/** @param rows logits [V] of each layer, of which the last is what the model says. */
function columnOf(
  tokenizer: Tokenizer,
  rows: readonly Float32Array[],
  watched: readonly number[],
): LensColumn {
  const layers = rows.map(logits => ({
    logits,
    logSum: logSumOf(logits),
    best: largestIndices(logits, 1)[0]!,
  }));
  const last = layers.at(-1);
  return last === undefined
    ? []
    : layers.map(layer => {
        const { logits, logSum, best } = layer;
        const ranked = [{ id: best, logProbability: logits[best]! - logSum }];
        return {
          best: candidatesOf(tokenizer, ranked)[0]!,
          bestInTheEnd: placeOf(last, best),
          end: placeOf(layer, last.best),
          watched: watched.map(id => placeOf(layer, id)),
        };
      });
}

/** As `tokenRank`, where the sum is known already. */
const placeOf = (
  { logits, logSum }: { readonly logits: Float32Array; readonly logSum: number },
  id: number,
): TokenRank => ({ rank: rankOf(logits, id), probability: Math.exp(logits[id]! - logSum) });
