/** Explains why a model wrote a completion: the alternatives of each token, its attention, and its rank by layer. */
import { attentionRow } from '../../../common/attention/attention';
import type { Generation } from '../../../common/protocol/engine/generate';
import type { Attention } from '../../../common/protocol/engine/types';
import type { EngineClient } from '../../../common/engineClient/engineClient';
import { EngineError } from '../../../common/errors';
import type { Subject } from '../../../common/protocol/pages/subject';
import type {
  Alternative,
  Explanation,
  LayerRank,
  OmissionEffect,
  WhyHostApi,
} from '../../../common/protocol/pages/why';
import { offerOfBranch, type OfferPlace } from './alternativeOffer';
import type { Fit } from './balance';
import type { CompletionRequest } from './generation';
import { makeAgain } from './madeAgain';
import { effectOfOmission, writeBranch } from './whatIf';

/** Number of alternatives returned for each token. */
const shownCandidates = 5;
/** The highest rank that is determined; ranks beyond it are rare, and expensive to find. */
const maxRank = 64;

/** A page's question about an explanation. */
type Question<M extends 'attentionOf' | 'rankByLayer' | 'leaveOut' | 'writeFrom'> = Parameters<
  WhyHostApi[M]
>[0];

/** A subject, and all that is needed to generate it again. */
export interface ExplanationRequest {
  readonly subject: Subject;
  readonly request: CompletionRequest;
  /** The completion as the model wrote it, and where it starts in all that the model wrote, in UTF-16 units. */
  readonly source: { readonly start: number; readonly text: string };
  /** Where it was offered; undefined after a reload of the window. */
  readonly place?: OfferPlace | undefined;
  /** Tokens of the text, where the user took another than the model's own. */
  readonly ids?: readonly number[] | undefined;
}

/** Another text that can be put in the place of a completion. */
export interface AlternativeToTake {
  readonly place: OfferPlace;
  readonly offer: Fit;
  /** What explains the text once it is there. */
  readonly request: ExplanationRequest;
}

/** Some queries of attention [L, H, S, S], as [L, H, count, S]. They are copied: the whole is 300 times as large. */
function queriesOf(
  { kind, shape: [layers, heads, queries, keys], weights }: Attention,
  first: number,
  count: number,
): Attention {
  const some = new Float32Array(layers * heads * count * keys);
  for (let plane = 0; plane < layers * heads; plane++) {
    const start = (plane * queries + first) * keys;
    some.set(weights.subarray(start, start + count * keys), plane * count * keys);
  }
  return { kind, shape: [layers, heads, count, keys], weights: some };
}

/**
 * Explains completions. It asks the engine that completed for the same text again, with alternatives and attention: the
 * same request gives the same tokens. The attention stays here, and is returned row by row.
 */
export class Explainer {
  #request: ExplanationRequest | undefined;
  #explained:
    | {
        readonly id: string;
        readonly request: Omit<ExplanationRequest, 'subject'> & {
          readonly subject: Subject | undefined;
        };
        readonly generation: Generation;
        readonly attention: Attention;
      }
    | undefined;
  #lastId = 0;
  #alternative: (Omit<AlternativeToTake, 'place'> & { readonly id: string }) | undefined;

  constructor(private readonly engine: EngineClient) {}

  /** Remembers how a completion was made, which will be explained next. */
  remember(request: ExplanationRequest): void {
    this.#request = request;
    this.#explained = undefined;
    this.#alternative = undefined;
  }

  /**
   * @throws EngineError `input-invalid` if the subject is no completion, or if the model writes something else now; and
   *   the errors of `EngineClient.generate`.
   */
  async explain(subject: Subject | undefined, signal?: AbortSignal): Promise<Explanation> {
    const known = this.#request?.subject === subject ? this.#request : undefined;
    const request = known?.request ?? greedyRequestFor(subject);
    const offered = known?.source.text ?? subject?.segments[1]?.text ?? '';
    const generation = await makeAgain(this.engine, request, known?.ids, maxRank, signal);
    const start = known?.source.start ?? Math.max(0, generation.text.indexOf(offered));
    const [attention] = generation.attentions;
    if (!attention) {
      throw new EngineError(
        'input-invalid',
        'The model that wrote this has no attention to show: it is an LSTM. Choose another in the setting “lmEvolution.completion.model”.',
      );
    }
    if (!generation.text.startsWith(offered, start)) {
      throw new EngineError(
        'input-invalid',
        'This completion cannot be made again. Continue writing, and ask about the next one.',
      );
    }
    const { source, target } = generation;
    // Each token is chosen from the state of the token before it.
    const rows = queriesOf(attention, source.length - 1, target.length);
    const id = String(++this.#lastId);
    this.#explained = {
      ...{ id, request: known ?? { subject, request, source: { start, text: offered } } },
      ...{ generation: { ...generation, attentions: [] }, attention: rows },
    };
    this.#alternative = undefined;
    const [layers, heads] = attention.shape;
    return {
      id,
      modelId: generation.modelId,
      prompt: generation.prompt,
      promptTokens: generation.source,
      text: generation.text,
      offered: { start, end: start + offered.length },
      tokens: generation.target.map((token, index) => {
        const candidates = generation.candidates[index] ?? [];
        const at = candidates.findIndex(({ id }) => id === token.id);
        return {
          token,
          probability: Math.exp(generation.logProbabilities[index] ?? -Infinity),
          rank: at < 0 ? undefined : at + 1,
          candidates: candidates.slice(0, shownCandidates),
        };
      }),
      ranks: maxRank,
      isSampled: request.strategy.kind === 'sample',
      layers,
      heads,
      dropped: generation.dropped,
      device: this.engine.device,
      runMs: generation.runMs,
    };
  }

  /** @throws EngineError `input-invalid` if the explanation has ended, and for a token or a head that does not exist. */
  attentionOf({ id, index, heads }: Question<'attentionOf'>): readonly number[] {
    const { generation, attention } = this.#require(id, index);
    const [layers, headCount] = attention.shape;
    const isThere = heads.every(
      ({ layer, head }) => layer >= 0 && layer < layers && head >= 0 && head < headCount,
    );
    if (!isThere || heads.length === 0) {
      throw new EngineError('input-invalid', 'There is no such layer or head.');
    }
    return [...attentionRow(attention, index, heads).subarray(0, generation.source.length + index)];
  }

  /** @throws EngineError as `attentionOf`, and the errors of the engine. */
  async rankByLayer(
    { id, index }: Question<'rankByLayer'>,
    signal?: AbortSignal,
  ): Promise<readonly LayerRank[] | undefined> {
    const { modelId, prompt, target } = this.#require(id, index).generation;
    const { lens } = await this.engine.predict(
      {
        modelId,
        text: prompt,
        appended: target.slice(0, index).map(({ id }) => id),
        trackedToken: target[index]?.id,
        top: 1,
        logitLens: true,
      },
      { signal },
    );
    return lens?.flatMap(({ trackedRank: watched, candidates }) =>
      watched ? [{ ...watched, first: candidates[0]?.text ?? '' }] : [],
    );
  }

  /** @throws EngineError as `attentionOf`, and those of `effectOfOmission`. */
  async leaveOut(
    { id, leftOut }: Question<'leaveOut'>,
    signal?: AbortSignal,
  ): Promise<OmissionEffect> {
    const { generation } = this.#requireExplained(id);
    return effectOfOmission(this.engine, generation, leftOut, signal);
  }

  /** @throws EngineError as `attentionOf`, and those of `writeBranch`. */
  async writeFrom(
    { id, index, tokenId }: Question<'writeFrom'>,
    signal?: AbortSignal,
  ): Promise<Alternative> {
    const { request, generation } = this.#require(id, index);
    const branch = await writeBranch(
      this.engine,
      request.request,
      generation,
      { index, tokenId },
      signal,
    );
    const { offer, obstacle } = offerOfBranch(branch, generation.text, request);
    if (this.#explained?.id === id) {
      const { subject, source, place } = request;
      const end = branch.text.indexOf(offer.text.trimEnd(), source.start);
      const written = end < 0 ? branch.text.slice(source.start) : offer.text.trimEnd();
      this.#alternative = subject && {
        ...{ id, offer },
        request: {
          ...{ subject, request: { ...request.request, text: generation.prompt } },
          ...{ ids: branch.ids, place },
          source: { start: end < 0 ? source.start : end, text: written },
        },
      };
    }
    const known = generation.candidates[index]?.find(one => one.id === tokenId)?.probability ?? 0;
    return {
      ...{ index, tokenId, text: offer.text, obstacle, runMs: branch.runMs },
      tokens: branch.tokens.map(({ text, probability = known }) => ({ text, probability })),
    };
  }

  /** The last alternative, if it can be put into the document. @throws EngineError as `attentionOf`. */
  alternativeToTake(id: string): AlternativeToTake | undefined {
    this.#requireExplained(id);
    const alternative = this.#alternative;
    const { place } = alternative?.request ?? {};
    return alternative?.id === id && place ? { ...alternative, place } : undefined;
  }

  #require(id: string, index: number) {
    const explained = this.#requireExplained(id);
    if (!Number.isInteger(index) || !explained.generation.target[index]) {
      throw new EngineError('input-invalid', 'There is no such token to explain.');
    }
    return explained;
  }

  #requireExplained(id: string) {
    const explained = this.#explained;
    if (explained?.id !== id) {
      throw new EngineError(
        'input-invalid',
        'This explanation has ended: another completion came after it. Ask again.',
      );
    }
    return explained;
  }
}

/**
 * The greedy request for a completion. It stands in for a request that is no longer known after a reload of the window.
 *
 * @throws EngineError `input-invalid` if the subject is no completion.
 */
export function greedyRequestFor(subject: Subject | undefined): CompletionRequest {
  const [prompt, completion] = subject?.segments ?? [];
  if (!subject || !prompt || !completion) {
    throw new EngineError('input-invalid', 'No completion was shown yet.');
  }
  return {
    modelId: subject.modelId,
    text: prompt.text,
    strategy: { kind: 'greedy' },
    heal: true,
    maxNewTokens: 1 + completion.text.length,
    stop: ['\n\n'],
    loopGuard: true,
  };
}
