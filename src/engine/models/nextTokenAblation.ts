/** The next token of a decoder-only model, to be predicted with parts of it switched off. */

import type { AblateRequest } from '../../common/protocol/engine/ablate';
import type { Ablation } from '../../common/protocol/engine/ablation';
import { PaddedKvCache } from '../decoder/paddedKvCache';
import { isWhole, nothingAblated } from '../onnx/gates';
import { continuationInput } from '../tokenizer/modelInput';
import type { AblatablePrediction } from './ablationEffects';
import type { DecoderReaders } from './decoderReaders';
import type { OpenModel } from './model';

/** What is read with an ablation is not kept. @throws EngineError `input-empty`, `input-invalid`, `input-too-long` */
export function ablatableNextToken(
  { manifest, tokenizer }: OpenModel,
  readers: DecoderReaders,
  request: AblateRequest,
): AblatablePrediction {
  const { tokens, window, dropped } = continuationInput(tokenizer, manifest.contextLength, request);
  const ids = tokens.map(({ id }) => id);
  const { graph } = readers.whole;
  const runTogether = async (ablations: readonly Ablation[], signal: AbortSignal | undefined) => {
    const empty = (rows: readonly number[]) => PaddedKvCache.empty(manifest, rows);
    const { logits, runMs } = await graph.readVariants(ids, ablations, empty, signal);
    return { logits: logits.map(row => [row]), runMs };
  };
  const runAlone = async (ablation: Ablation, signal: AbortSignal | undefined) => {
    const { reader } = isWhole(ablation) ? readers.whole : readers.unkept(ablation);
    const { logits, runMs } = await reader.prefill(ids, signal);
    return { logits: [[logits.values]], runMs };
  };
  return {
    ...{ source: tokens, target: [], window, dropped },
    places: [ids.length],
    tokens: [undefined],
    maxVariants: graph.maxVariants(ids.length),
    runMs: 0,
    run: ([first = nothingAblated, ...others], signal) =>
      others.length > 0 ? runTogether([first, ...others], signal) : runAlone(first, signal),
  };
}
