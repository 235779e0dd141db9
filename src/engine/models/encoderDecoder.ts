/** The family of encoder-decoder models: the translators. */
import type { AblateRequest, AblationReport, OnEffect } from '../../common/protocol/engine/ablate';
import type { Ablation } from '../../common/protocol/engine/ablation';
import type {
  Analysis,
  AnalyzeRequest,
  AttentionOverride,
} from '../../common/protocol/engine/analyze';
import type { ModelFiles } from '../../common/protocol/engine/api';
import type { GenerateRequest, Generation } from '../../common/protocol/engine/generate';
import type { OnPart, Score, ScoreRequest } from '../../common/protocol/engine/score';
import type {
  Spelling,
  Tokenization,
  TokenizeRequest,
} from '../../common/protocol/engine/tokenize';
import type { Device, Token } from '../../common/protocol/engine/types';
import { EngineError } from '../../common/errors';
import { asGeneratedText, BeamTree } from '../decoding/generation';
import { candidatesOf } from '../decoding/candidates';
import { requireText } from '../decoding/chat';
import { checkAblate, checkAnalyze, checkGenerate, checkScore } from './validateRequest';
import {
  checkAttentionOverride,
  forceTarget,
  type TeacherForcingOptions,
} from '../translator/teacherForcing';
import { checkShape, translatorDecoder, translatorEncoder } from '../onnx/graphs';
import { insideOf, insideTensors } from '../onnx/insideAttention';
import {
  fitContext,
  type ModelInput,
  requireNoMask,
  requireNoMessages,
  requireOneText,
} from '../tokenizer/modelInput';
import { isWhole, nothingAblated } from '../onnx/gates';
import { measureAblations } from './ablationEffects';
import { openModel, smokeTest } from './openModel';
import type { OpenModel } from './model';
import type { SerialQueue } from '../onnx/queue';
import { asTokenScores, summarize, type TokenScore } from '../decoder/textScorer';
import { capitalsIn, withoutCapitals } from '../translator/sentenceCase';
import type { OnnxRuntime } from '../onnx/session';
import type { OnToken } from '../decoding/sequences';
import { spell, tokenize } from '../tokenizer/tokenize';
import {
  continueTranslation,
  translate,
  type TranslationOptions,
  type TranslatorVocabulary,
} from '../translator/translation';
import { TranslatorGraphs } from '../translator/translatorGraphs';
import { domainShiftsOf, WordCounts } from '../translator/domainShift';

const defaultBeams = 5;

/** A translator, ready to run. */
export class EncoderDecoder {
  readonly #model: OpenModel;
  readonly #graphs: TranslatorGraphs;
  readonly #vocabulary: TranslatorVocabulary;
  readonly #words: WordCounts | undefined;

  private constructor(model: OpenModel, words: ArrayBuffer | undefined) {
    const { id, tokens: { begin, end } = {} } = model.manifest;
    if (begin === undefined || end === undefined) {
      throw new EngineError(
        'model-invalid',
        `The manifest of ${id} names no tokens "begin" and "end". Reinstall the extension or the model.`,
      );
    }
    this.#model = model;
    this.#words = words && new WordCounts(words);
    this.#vocabulary = { ...model, begin, end };
    this.#graphs = new TranslatorGraphs(
      model.session(translatorEncoder.graph),
      model.session(translatorDecoder.graph),
      model.manifest,
    );
  }

  /**
   * Opens both graphs and checks them against the manifest with one run.
   *
   * @param files verified already.
   * @throws EngineError `model-invalid`, `out-of-memory`, `device-lost`, `device-unavailable`
   */
  static async load(
    onnx: OnnxRuntime,
    queue: SerialQueue,
    files: ModelFiles,
    device: Device,
  ): Promise<EncoderDecoder> {
    const opened = await openModel(onnx, queue, files, device);
    return smokeTest(opened, async () => {
      const model = new EncoderDecoder(opened, files.words);
      await model.#smokeTest();
      return model;
    });
  }

  /** The tokens of a source, with the one that ends it. @throws EngineError `input-invalid`, `input-too-long` */
  tokenize(request: TokenizeRequest): Tokenization {
    return tokenize(this.#model.manifest, this.#model.tokenizer, request);
  }

  spell(ids: readonly number[]): readonly Spelling[] {
    return spell(this.#model.tokenizer, ids);
  }

  /**
   * Returns what the model does while it writes the given translation, or its own.
   *
   * @throws EngineError `input-empty`, `input-invalid`, `input-too-long`, `model-invalid` and those of `Session.run`.
   */
  async analyze(request: AnalyzeRequest, signal?: AbortSignal): Promise<Analysis> {
    const { manifest, tokenizer, device } = this.#model;
    checkAnalyze(request, manifest);
    requireNoMask(manifest, request);
    requireNoMessages(manifest, request);
    const inside = insideTensors(manifest, request.inside, name => this.#graphs.hasOutput(name));
    const source = this.#source(request, request.windowStart);
    const graphs = this.#graphsOf(request.ablation);
    const first =
      request.targetText === undefined
        ? await this.#ownTranslation(source, graphs, request.beams ?? defaultBeams, signal)
        : this.#target(request.targetText);
    const given = this.#attentionOverride(request.attentionOverride, source, first.tokens);
    const target =
      given && request.attentionOverride?.continues
        ? await this.#continue(source, graphs, first, given, signal)
        : first;
    const forced = await this.#force(
      source,
      graphs,
      target.tokens,
      {
        attention: request.attention ?? true,
        hiddenStates: request.hiddenStates ?? false,
        top: request.top ?? 0,
        inside: inside?.fetched,
        ...(given && { attentionOverride: given }),
      },
      signal,
    );
    return {
      modelId: manifest.id,
      source: source.tokens,
      target: target.tokens,
      targetText: target.text,
      ...this.#unfamiliarIn(request, source),
      attentions: forced.attentions,
      ...forced.states,
      ...(inside && { inside: insideOf(manifest, inside, forced.insideParts) }),
      candidates: forced.candidates.map(row => candidatesOf(tokenizer, row)),
      window: source.window,
      dropped: source.dropped + target.dropped,
      device,
      runMs: target.runMs + forced.runMs,
    };
  }

  /**
   * Translates.
   *
   * @throws EngineError `input-empty`, `input-invalid`, `input-too-long`, `model-invalid`, `cancelled` between steps,
   *   and those of `Session.run`.
   */
  async generate(
    request: GenerateRequest,
    onToken?: OnToken,
    signal?: AbortSignal,
  ): Promise<Generation> {
    const { manifest, tokenizer, device } = this.#model;
    checkGenerate(request, manifest);
    const prompt = requireText(manifest, request);
    const source = this.#source({ text: prompt });
    const graphs = this.#graphsOf(request.ablation);
    const tree = request.tree && request.strategy.kind === 'beam' ? new BeamTree() : undefined;
    const options = { ...request, ...(onToken && { onToken }), onBeamStep: tree?.add };
    const { sequences, runMs } = await this.#translate(source, graphs, options, signal);
    const text = asGeneratedText(tokenizer, sequences, request.stop ?? []);
    const forcing = { attention: true, hiddenStates: false, top: 0 };
    const forced = request.attention
      ? await this.#force(source, graphs, text.target, forcing, signal)
      : undefined;
    return {
      modelId: manifest.id,
      prompt,
      source: source.tokens,
      ...text,
      ...(tree && { beamTree: tree.nodes(tokenizer, sequences) }),
      ...this.#unfamiliarIn({ text: prompt }, source),
      attentions: forced?.attentions ?? [],
      window: source.window,
      dropped: source.dropped,
      device,
      runMs: runMs + (forced?.runMs ?? 0),
    };
  }

  /** @throws EngineError `input-empty`, `input-invalid` without a translation, `input-too-long` and those of a run. */
  async score(request: ScoreRequest, _onPart?: OnPart, signal?: AbortSignal): Promise<Score> {
    const { manifest, tokenizer, device } = this.#model;
    checkScore(request, manifest);
    if (request.targetText === undefined) {
      throw new EngineError(
        'input-invalid',
        `${manifest.name} scores a translation of the text: give the translation too.`,
      );
    }
    const source = this.#source(request);
    const target = this.#target(request.targetText);
    const forcing = { attention: false, hiddenStates: false, top: request.top ?? 0 };
    const graphs = this.#graphsOf(request.ablation);
    const forced = await this.#force(source, graphs, target.tokens, forcing, signal);
    const scores = forced.logProbabilities.map((logProbability, index): TokenScore => ({
      logProbability,
      rank: forced.ranks[index],
      candidates: candidatesOf(tokenizer, forced.candidates[index] ?? []),
      // The source, and the target before this token.
      contextSize: source.tokens.length + index,
    }));
    return {
      modelId: manifest.id,
      ...asTokenScores(target.tokens, scores),
      ...summarize(request.targetText, target.tokens, scores),
      window: source.window,
      dropped: source.dropped + target.dropped,
      computed: target.tokens.length,
      device,
      runMs: forced.runMs,
    };
  }

  /**
   * Measures ablations by the probabilities of a translation, of which the model writes one token after another as it is
   * given.
   *
   * @throws EngineError `input-empty`, `input-invalid`, `input-too-long`, `cancelled` between runs, and those of a run.
   */
  async ablate(
    request: AblateRequest,
    onEffect?: OnEffect,
    signal?: AbortSignal,
  ): Promise<AblationReport> {
    const { manifest } = this.#model;
    checkAblate(request, manifest);
    const { position } = request;
    const source = this.#source(request, request.windowStart);
    const target =
      request.targetText === undefined
        ? await this.#ownTranslation(source, this.#graphs, defaultBeams, signal)
        : this.#target(request.targetText);
    if (position !== undefined && position >= target.tokens.length) {
      const count = target.tokens.length;
      throw new EngineError(
        'input-invalid',
        `There is no token ${position}: the translation has ${count} tokens.`,
      );
    }
    const places = position === undefined ? [...target.tokens.keys()] : [position];
    const read = target.tokens.slice(0, (places.at(-1) ?? 0) + 1);
    const forcing = { attention: false, hiddenStates: false, top: 0, logits: true };
    const prediction = {
      source: source.tokens,
      target: target.tokens,
      targetText: target.text,
      places,
      tokens: places.map(place => target.tokens[place]?.id),
      window: source.window,
      dropped: source.dropped + target.dropped,
      maxVariants: 1,
      runMs: target.runMs,
      run: async (
        [ablation = nothingAblated]: readonly Ablation[],
        runSignal: AbortSignal | undefined,
      ) => {
        const graphs = this.#graphsOf(ablation);
        const { logits, runMs } = await this.#force(source, graphs, read, forcing, runSignal);
        return { logits: [logits.slice(places[0])], runMs };
      },
    };
    return measureAblations(this.#model, request, prediction, onEffect, signal);
  }

  async release(): Promise<void> {
    await this.#model.release();
  }

  /** @param ablation checked already. */
  #graphsOf(ablation: Ablation | undefined): TranslatorGraphs {
    return ablation && !isWhole(ablation) ? this.#graphs.ablated(ablation) : this.#graphs;
  }

  /** A sentence in capitals is read as any other: none in the training text was in capitals. */
  #source(request: { readonly text: string }, windowStart = 0): ModelInput {
    const { manifest, tokenizer } = this.#model;
    requireOneText(manifest, request);
    const text = withoutCapitals(request.text, capitalsIn(request.text));
    const input = fitContext(tokenizer, manifest.contextLength - 1, { text }, windowStart);
    return { ...input, tokens: this.#withEnd(input.tokens) };
  }

  /** What the model hardly knows of a text as far as it was read. */
  #unfamiliarIn({ text }: { readonly text: string }, { tokens }: ModelInput) {
    const read = [tokens[0]?.start ?? 0, tokens.at(-1)?.end ?? 0] as const;
    return {
      rareWords: this.#words?.rareIn(text, ...read),
      domainShifts: domainShiftsOf(text, read, capitalsIn(text), this.#model.manifest),
    };
  }

  /** A given translation, as far as the model can write it. */
  #target(text: string) {
    const { manifest, tokenizer } = this.#model;
    const { tokens, dropped } = fitContext(tokenizer, manifest.contextLength - 1, { text }, 0);
    return { text, tokens: this.#withEnd(tokens), dropped, runMs: 0 };
  }

  /** The model's own translation. */
  async #ownTranslation(
    source: ModelInput,
    graphs: TranslatorGraphs,
    beams: number,
    signal: AbortSignal | undefined,
  ) {
    const options = { strategy: { kind: 'beam', beams } as const };
    const { sequences, runMs } = await this.#translate(source, graphs, options, signal);
    const { target, text } = asGeneratedText(this.#model.tokenizer, sequences, []);
    return { text, tokens: target, dropped: 0, runMs };
  }

  /** A translation up to the step whose attention is overridden, and the model's continuation from there. */
  async #continue(
    source: ModelInput,
    graphs: TranslatorGraphs,
    target: { readonly tokens: readonly Token[]; readonly runMs: number },
    override: NonNullable<TeacherForcingOptions['attentionOverride']>,
    signal: AbortSignal | undefined,
  ) {
    const before = idsOf(target.tokens).slice(0, override.position);
    const { sequence, runMs } = await continueTranslation(
      graphs,
      this.#vocabulary,
      idsOf(source.tokens),
      { tokens: before, attention: override.weights },
      signal,
    );
    const { target: tokens, text } = asGeneratedText(this.#model.tokenizer, [sequence], []);
    return { text, tokens, dropped: 0, runMs: target.runMs + runMs };
  }

  /** Appends the token that ends a source and a target. */
  #withEnd(tokens: readonly Token[]): readonly Token[] {
    const { tokenizer, end } = this.#vocabulary;
    return [...tokens, tokenizer.specialToken(end, tokens.at(-1)?.end ?? 0)];
  }

  #translate(
    { tokens }: ModelInput,
    graphs: TranslatorGraphs,
    options: TranslationOptions,
    signal: AbortSignal | undefined,
  ) {
    return translate(graphs, this.#vocabulary, idsOf(tokens), options, signal);
  }

  #force(
    { tokens }: ModelInput,
    graphs: TranslatorGraphs,
    target: readonly Token[],
    forcing: TeacherForcingOptions,
    signal: AbortSignal | undefined,
  ) {
    const { begin } = this.#vocabulary;
    return forceTarget(graphs, idsOf(tokens), idsOf(target), begin, forcing, signal);
  }

  #attentionOverride(
    given: AttentionOverride | undefined,
    source: ModelInput,
    target: readonly Token[],
  ): TeacherForcingOptions['attentionOverride'] {
    if (given && !this.#graphs.takesAttention) {
      const { name } = this.#vocabulary.manifest;
      throw new EngineError('input-invalid', `${name} takes no attention from outside.`);
    }
    return given && checkAttentionOverride(given, source.tokens, target);
  }

  /** Tries the limits that the manifest promises: the last token id, the longest source, every output. */
  async #smokeTest(): Promise<void> {
    const { id, vocabSize, contextLength, architecture, layers, heads, hiddenSize } =
      this.#model.manifest;
    const longestSource = Array.from({ length: contextLength }, () => vocabSize - 1);
    const { attentions, states } = await forceTarget(
      this.#graphs,
      longestSource,
      [vocabSize - 1, this.#vocabulary.end],
      this.#vocabulary.begin,
      { attention: true, hiddenStates: true, top: 0 },
    );
    if (architecture === 'transformer') {
      checkShape(id, 'attention', attentions[1]?.shape, [layers, heads, 2, 2]);
      checkShape(id, 'hidden states', states.targetHiddenStates?.shape, [
        layers + 1,
        2,
        hiddenSize,
      ]);
    }
  }
}

const idsOf = (tokens: readonly Token[]) => tokens.map(({ id }) => id);
