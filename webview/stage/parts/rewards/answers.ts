/** Samples answers, and reads them as features of a reward. */
import type { EngineClient } from '../../../../src/common/engineClient/engineClient';
import type { HiddenStates, Token } from '../../../../src/common/protocol/engine/types';
import type { RewardStudy } from '../../../../src/common/content/evaluation';
import type { Features } from './bradleyTerry';

/** What a model answered. */
export interface Answer {
  readonly text: string;
  /** The model has ended it; else a limit or the user did. */
  readonly isWhole: boolean;
}

/** Answers differ, and few are nonsense. */
export const sampling = { temperature: 0.7, topP: 0.95 } as const;
/** The most tokens of an answer. */
const maxNewTokens = 80;

/** Samples answers of a model that was tuned to converse, and reads what it makes of them. */
export class Answers {
  /** By prompt and answer. */
  readonly #features = new Map<string, Features>();

  constructor(
    private readonly client: EngineClient,
    private readonly modelId: string,
  ) {}

  /**
   * @param seed another one gives another answer.
   * @param onText is called with all that is written, at each token.
   */
  async sample(
    prompt: string,
    seed: number,
    signal: AbortSignal,
    onText: (text: string) => void,
  ): Promise<Answer> {
    let written = '';
    const generation = await this.client.generate(
      {
        ...{ modelId: this.modelId, maxNewTokens },
        messages: [{ role: 'user', content: prompt }],
        strategy: { kind: 'sample', ...sampling, seed },
      },
      {
        signal,
        onToken: ({ text }) => {
          if (!signal.aborted) {
            written += text;
            onText(written);
          }
        },
      },
    );
    return {
      text: generation.text.trim(),
      isWhole: generation.finish === 'end-of-sequence',
    };
  }

  /** Reads an answer after its prompt, once; the study says which of the model's states are taken. */
  async featuresOf(
    prompt: string,
    text: string,
    recipe: RewardStudy['page'],
    signal: AbortSignal,
  ): Promise<Features> {
    const key = JSON.stringify([prompt, text]);
    const known = this.#features.get(key);
    if (known) {
      return known;
    }
    const {
      hiddenStates,
      source,
      prompt: read = '',
    } = await this.client.analyze(
      {
        ...{ modelId: this.modelId, text, attention: false, hiddenStates: true },
        messages: [{ role: 'user', content: prompt }],
      },
      { signal },
    );
    if (!hiddenStates) {
      throw new Error('States were asked for.');
    }
    const features = answerFeatures(hiddenStates, source, read.length - text.length, recipe);
    this.#features.set(key, features);
    return features;
  }
}

/**
 * What a reward sees of an answer: the mean of a layer's states over its tokens, scaled.
 *
 * @param start where the answer begins in the text, in UTF-16 units.
 */
export function answerFeatures(
  { shape: [, tokens, hiddenSize], values }: HiddenStates,
  source: readonly Token[],
  start: number,
  { layer, scale }: Pick<RewardStudy['page'], 'layer' | 'scale'>,
): Features {
  const sum = new Float64Array(hiddenSize);
  let count = 0;
  for (const [token, { start: at }] of source.entries()) {
    if (at >= start) {
      const row = (layer * tokens + token) * hiddenSize;
      for (let index = 0; index < hiddenSize; index++) {
        sum[index]! += values[row + index]!;
      }
      count++;
    }
  }
  return sum.map((value, index) => (value / Math.max(1, count)) * (scale[index] ?? 0));
}
