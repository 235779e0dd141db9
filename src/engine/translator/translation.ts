import type { GenerateRequest } from '../../common/protocol/engine/generate';
import type { Manifest } from '../../common/protocol/manifest';
import { stopIndex } from '../decoding/generation';
import { search } from '../decoding/search';
import { streamTokens, type OnToken } from '../decoding/streaming';
import { takeRows } from '../onnx/tensorRows';
import type { Tokenizer } from '../tokenizer/tokenizer';
import type { TranslatorGraphs } from './translatorGraphs';
import type { WritingOptions, Written } from '../decoding/sequences';

/** How to translate. */
export type TranslationOptions = Pick<
  GenerateRequest,
  'strategy' | 'maxNewTokens' | 'stop' | 'loopGuard' | 'top'
> & { readonly onToken?: OnToken } & Pick<WritingOptions, 'onWeighed'>;

export interface Translation {
  /** The best first. */
  readonly written: readonly Written[];
  /** Of all runs together. */
  readonly runMs: number;
}

/** What a translator is, beside its graphs. */
export interface Language {
  readonly manifest: Manifest;
  readonly tokenizer: Tokenizer;
  /** What the decoder reads before its first token. */
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
  { manifest, tokenizer, begin, end }: Language,
  source: readonly number[],
  options: TranslationOptions,
  signal: AbortSignal | undefined,
): Promise<Translation> {
  const { strategy, maxNewTokens = Infinity, stop = [], loopGuard = false, top = 0 } = options;
  const nothingShown = { attentions: false, hiddenStates: false };
  let { state, runMs } = await graphs.encode(source, nothingShown, signal);
  const step = async (tokens: readonly number[], rows: readonly number[]) => {
    const from = { ...state, past: takeRows(state.past, rows) };
    const stepped = await graphs.step(tokens, from, [], signal);
    state = stepped.state;
    runMs += stepped.runMs;
    return stepped.logits.values;
  };
  const written = await search(strategy, await step([begin], [0]), step, {
    vocabSize: manifest.vocabSize,
    // A translation that is longer goes round in circles.
    maxNewTokens: Math.min(maxNewTokens, 2 * source.length + 10, manifest.contextLength),
    end,
    top,
    prompt: [],
    isStopped: tokens =>
      stop.length > 0 && stopIndex(tokenizer.decode(tokens).text, stop) !== undefined,
    loopGuard,
    onWeighed: options.onWeighed,
    onToken: options.onToken ? streamTokens(tokenizer, options.onToken) : () => undefined,
  });
  return { written, runMs };
}
