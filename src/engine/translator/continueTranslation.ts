import { search } from '../decoding/search';
import type { Language } from './translation';
import { takeRows } from '../onnx/tensorRows';
import type { TranslatorGraphs } from './translatorGraphs';
import type { Written } from '../decoding/sequences';

/** What stands already, and how the step after it looks at the source. */
export interface Begun {
  /** Tokens of the target. */
  readonly before: readonly number[];
  /** [S], the attention of the step that follows them. */
  readonly row: Float32Array<ArrayBuffer>;
}

/**
 * Goes on with a translation after a step whose attention was set by hand, with the most probable token each time.
 *
 * @param source [S], the end with it.
 * @returns the whole translation; log-probabilities are of the new tokens alone.
 * @throws EngineError as `translate`.
 */
export async function writeOn(
  graphs: TranslatorGraphs,
  { manifest, begin, end }: Language,
  source: readonly number[],
  { before, row }: Begun,
  signal: AbortSignal | undefined,
): Promise<{ readonly written: Written; readonly runMs: number }> {
  let { state, runMs } = await graphs.encode(
    source,
    { attentions: false, hiddenStates: false },
    signal,
  );
  const step = async (
    tokens: readonly number[],
    rows: readonly number[],
    given?: Float32Array<ArrayBuffer>,
  ) => {
    const from = { ...state, past: takeRows(state.past, rows) };
    const stepped = await graphs.step(tokens, from, [], signal, given);
    state = stepped.state;
    runMs += stepped.runMs;
    return stepped.logits.values;
  };
  const read = [begin, ...before];
  let logits = new Float32Array();
  for (const [index, token] of read.entries()) {
    logits = await step([token], [0], index === before.length ? row : undefined);
  }
  const longest = Math.min(2 * source.length + 10, manifest.contextLength);
  const [written] = await search({ kind: 'greedy' }, logits, step, {
    vocabSize: manifest.vocabSize,
    maxNewTokens: Math.max(1, longest - before.length),
    end,
    top: 0,
    prompt: [],
    isStopped: () => false,
    loopGuard: true,
    onToken: () => undefined,
  });
  if (!written) {
    throw new Error('A search gives at least one hypothesis.');
  }
  return { written: { ...written, tokens: [...before, ...written.tokens] }, runMs };
}
