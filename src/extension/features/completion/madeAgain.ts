/** Makes a completion again, with the alternatives of each token and with attention. */
import type { EngineClient } from '../../../common/engineClient/engineClient';
import type { Generation } from '../../../common/protocol/engine/generate';
import type { Token } from '../../../common/protocol/engine/types';
import type { CompletionRequest } from './generation';

export const idsOf = (tokens: readonly Token[]): readonly number[] => tokens.map(({ id }) => id);

/**
 * Makes the text of a request again: the same request gives the same tokens. Where the user took another text than the
 * model's own, its tokens are read as they are.
 *
 * @param ids of the text that was taken.
 * @param top number of the most probable tokens to return in the place of each.
 * @throws those of `EngineClient.generate` and `EngineClient.score`.
 */
export async function makeAgain(
  engine: Pick<EngineClient, 'generate' | 'score'>,
  request: CompletionRequest,
  ids: readonly number[] | undefined,
  top: number,
  signal?: AbortSignal,
): Promise<Generation> {
  if (!ids) {
    return engine.generate({ ...request, top, attention: true }, { signal });
  }
  const { modelId, text = '' } = request;
  const whole = await engine.generate(
    {
      ...{ modelId, text, appended: ids, attention: true },
      strategy: { kind: 'greedy' },
      maxNewTokens: 1,
    },
    { signal },
  );
  const source = whole.source.slice(0, -ids.length);
  const { logProbabilities, candidates, runMs } = await engine.score(
    { modelId, text: '', known: { read: idsOf(source), scored: ids }, top },
    { signal },
  );
  const known = logProbabilities.map(each => each ?? -Infinity);
  return {
    ...whole,
    ...{ prompt: text, source, candidates, logProbabilities: known },
    text: whole.prompt.slice(text.length),
    target: whole.source.slice(-ids.length).map(token => ({
      ...token,
      start: token.start - text.length,
      end: token.end - text.length,
    })),
    logProbability: known.reduce((sum, each) => sum + each, 0),
    finish: 'stop',
    runMs: whole.runMs + runMs,
  };
}
