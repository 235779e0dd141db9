/** Translates, from the start or after an attention override. */

import type { GenerateRequest } from '../../common/protocol/engine/generate';
import type { Manifest } from '../../common/protocol/manifest';
import { stopIndex, streamTokens } from '../decoding/generation';
import { search } from '../decoding/search';
import type { OnToken, DecodingOptions, GeneratedSequence } from '../decoding/sequences';
import { takeRows } from '../onnx/tensors';
import type { Tokenizer } from '../tokenizer/encoding';
import type { TranslatorGraphs } from './translatorGraphs';

/** How to translate. */
export type TranslationOptions = Pick<
  GenerateRequest,
  'strategy' | 'maxNewTokens' | 'stop' | 'loopGuard' | 'top'
> & { readonly onToken?: OnToken } & Pick<DecodingOptions, 'onBeamStep'>;

export interface Translation {
  /** Best first. */
  readonly sequences: readonly GeneratedSequence[];
  /** Duration of all runs together. */
  readonly runMs: number;
}

/** A translator without its graphs. */
export interface TranslatorVocabulary {
  readonly manifest: Manifest;
  readonly tokenizer: Tokenizer;
  /** The token that the decoder reads before its first one. */
  readonly begin: number;
  readonly end: number;
}

/**
 * Reads a source once and writes its translation step by step, each from the state that the step before left.
 *
 * @param source [S], the end with it.
 * @throws EngineError `model-invalid` for logits that are no numbers, `cancelled` between steps, and those of
 *   `Session.run`.
 */
export async function translate(
  graphs: TranslatorGraphs,
  { manifest, tokenizer, begin, end }: TranslatorVocabulary,
  source: readonly number[],
  options: TranslationOptions,
  signal: AbortSignal | undefined,
): Promise<Translation> {
  const { strategy, maxNewTokens = Infinity, stop = [], loopGuard = false, top = 0 } = options;
  const { step, runMs } = await startTranslation(graphs, source, signal);
  const sequences = await search(strategy, await step([begin], [0]), step, {
    vocabSize: manifest.vocabSize,
    // A longer translation goes round in circles.
    maxNewTokens: Math.min(maxNewTokens, 2 * source.length + 10, manifest.contextLength),
    end,
    top,
    prompt: [],
    isStopped: tokens =>
      stop.length > 0 && stopIndex(tokenizer.decode(tokens).text, stop) !== undefined,
    loopGuard,
    onBeamStep: options.onBeamStep,
    onToken: options.onToken ? streamTokens(tokenizer, options.onToken) : () => undefined,
  });
  return { sequences, runMs: runMs() };
}

/** The beginning of a translation, and how the step after it attends to the source. */
interface TranslationPrefix {
  /** Tokens of the target. */
  readonly tokens: readonly number[];
  /** [S], the attention of the step that follows them. */
  readonly attention: Float32Array<ArrayBuffer>;
}

/**
 * Continues a translation after a step whose attention was set by hand, with the most probable token each time.
 *
 * @param source [S], the end with it.
 * @returns the whole translation; log-probabilities are of the new tokens alone.
 * @throws EngineError as `translate`.
 */
export async function continueTranslation(
  graphs: TranslatorGraphs,
  { manifest, begin, end }: TranslatorVocabulary,
  source: readonly number[],
  { tokens, attention }: TranslationPrefix,
  signal: AbortSignal | undefined,
): Promise<{ readonly sequence: GeneratedSequence; readonly runMs: number }> {
  const { step, runMs } = await startTranslation(graphs, source, signal);
  const read = [begin, ...tokens];
  let logits = new Float32Array();
  for (const [index, token] of read.entries()) {
    logits = await step([token], [0], index === tokens.length ? attention : undefined);
  }
  const maxLength = Math.min(2 * source.length + 10, manifest.contextLength);
  const [sequence] = await search({ kind: 'greedy' }, logits, step, {
    vocabSize: manifest.vocabSize,
    maxNewTokens: Math.max(1, maxLength - tokens.length),
    end,
    top: 0,
    prompt: [],
    isStopped: () => false,
    loopGuard: true,
    onToken: () => undefined,
  });
  if (!sequence) {
    throw new Error('A search gives at least one hypothesis.');
  }
  return { sequence: { ...sequence, tokens: [...tokens, ...sequence.tokens] }, runMs: runMs() };
}

/** Encodes a source. Each step continues from the state that the step before left. */
async function startTranslation(
  graphs: TranslatorGraphs,
  source: readonly number[],
  signal: AbortSignal | undefined,
) {
  const request = { attentions: false, hiddenStates: false };
  let { state, runMs } = await graphs.encode(source, request, signal);
  const step = async (
    tokens: readonly number[],
    rows: readonly number[],
    attention?: Float32Array<ArrayBuffer>,
  ) => {
    const from = { ...state, past: takeRows(state.past, rows) };
    const result = await graphs.step(tokens, from, [], signal, attention);
    state = result.state;
    runMs += result.runMs;
    return result.logits.values;
  };
  return { step, runMs: () => runMs };
}
