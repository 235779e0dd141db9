/** What would have been written: from another token on, or after a prompt from which some tokens are left out. */
import type { EngineClient } from '../../../common/engineClient/engineClient';
import type { Generation } from '../../../common/protocol/engine/generate';
import type { Token } from '../../../common/protocol/engine/types';
import { EngineError } from '../../../common/errors';
import type { OmissionEffect, PromptSpan } from '../../../common/protocol/pages/why';
import { idsOf } from './madeAgain';
import type { CompletionRequest } from './generation';

/** What was written, as far as these questions need it. */
export type Written = Pick<Generation, 'modelId' | 'prompt' | 'source' | 'target' | 'text'>;

/** @throws EngineError `input-invalid` if there are no such tokens to leave out, and those of `EngineClient.score`. */
export async function effectOfOmission(
  engine: Pick<EngineClient, 'score'>,
  { modelId, source, target }: Written,
  leftOut: readonly PromptSpan[],
  signal?: AbortSignal,
): Promise<OmissionEffect> {
  const { logProbabilities, computed, runMs } = await engine.score(
    { modelId, text: '', known: { read: idsOf(source), leftOut, scored: idsOf(target) } },
    { signal },
  );
  return {
    probabilities: logProbabilities.map(each => (each === undefined ? undefined : Math.exp(each))),
    computed,
    runMs,
  };
}

/** What a model wrote from another token on. */
export interface Branch {
  /** All tokens from the first that was written, the other one and those after it among them. */
  readonly ids: readonly number[];
  /** Their text. */
  readonly text: string;
  /** The other token and those after it; the probability of the other one itself is not computed anew. */
  readonly tokens: readonly { readonly text: string; readonly probability: number | undefined }[];
  readonly finish: Generation['finish'];
  readonly runMs: number;
}

/**
 * Lets the model continue from another token, as it continued from its own.
 *
 * @throws EngineError `input-invalid` if there is no token `index`, and those of `EngineClient.generate`.
 */
export async function writeBranch(
  engine: Pick<EngineClient, 'generate'>,
  request: CompletionRequest,
  { modelId, prompt, target }: Written,
  { index, tokenId }: { readonly index: number; readonly tokenId: number },
  signal?: AbortSignal,
): Promise<Branch> {
  if (!Number.isInteger(index) || !target[index]) {
    throw new EngineError('input-invalid', 'There is no such token to replace.');
  }
  const { maxNewTokens = target.length } = request;
  const before = [...idsOf(target.slice(0, index)), tokenId];
  const generation = await engine.generate(
    {
      modelId,
      text: prompt,
      appended: before,
      strategy: request.strategy,
      stop: request.stop,
      loopGuard: request.loopGuard,
      maxNewTokens: Math.max(1, maxNewTokens - before.length),
    },
    { signal },
  );
  const other = generation.source.slice(-1);
  return {
    ids: [...before, ...idsOf(generation.target)],
    text: generation.prompt.slice(prompt.length) + generation.text,
    tokens: [
      ...other.map(token => ({ text: textOf(token, generation.prompt), probability: undefined })),
      ...generation.target.map((token, place) => ({
        text: textOf(token, generation.text),
        probability: Math.exp(generation.logProbabilities[place] ?? -Infinity),
      })),
    ],
    finish: generation.finish,
    runMs: generation.runMs,
  };
}

/** A token's own text; the vocabulary's where it has none, as a part of a character. */
const textOf = (token: Token, text: string): string =>
  token.isSpecial || token.start === token.end ? token.text : text.slice(token.start, token.end);
