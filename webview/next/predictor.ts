/** Asks the model what follows the text and what was appended to it, or what it would put in the place of masks. */
import { LRUCache } from 'lru-cache';
import type { Analysis } from '../../src/common/protocol/engine/analyze';
import type { Prediction } from '../../src/common/protocol/engine/predict';
import type { DeviceReport } from '../../src/common/protocol/engine/types';
import type { EngineClient } from '../../src/common/engineClient/engineClient';
import { EngineError } from '../../src/common/errors';
import type { Manifest } from '../../src/common/protocol/manifest';
import type { HostApi } from '../../src/common/protocol/pages/host';
import type { Subject } from '../../src/common/protocol/pages/subject';
import type { Remote } from '../../src/common/protocol/rpc';
import type { RunStore } from '../common/runStore';
import { appendedIds } from './branches';
import { type Distribution, distributionOf } from './distribution';
import { changesOf, wordAt } from './maskChoice';
import { fillsMasks, predictors, shortName } from '../common/models';
import {
  branchesOf,
  maxBars,
  type NextState,
  readTokens,
  type Shown,
  type ShownMasks,
  type ShownPrediction,
} from './nextState';
import type { SpellingLoader } from './tokenLabels';

/** Candidates of each mask. */
const maxMaskCandidates = 10;

/** UTF-16 units of a text that is cut ahead of its run. */
const maxTokenizedAhead = 20_000;

/** Predictions that are kept for walking back and forward. */
const maxPredictions = 32;

interface Known {
  readonly prediction: Prediction;
  readonly distribution: Distribution;
  /** It was made on. */
  readonly device: DeviceReport;
}

/** Asks the model what follows, one thing at a time. */
export class Predictor {
  readonly #known = new LRUCache<string, Known>({ max: maxPredictions });
  #scoring = new AbortController();

  /** @param onShown is called when the state holds the new answer. */
  constructor(
    private readonly store: RunStore<NextState>,
    private readonly client: () => EngineClient,
    private readonly host: Remote<HostApi>,
    private readonly spellings: Pick<SpellingLoader, 'spell'>,
    private readonly onShown: () => void,
  ) {}

  get #model(): Manifest | undefined {
    const { saved, models } = this.store.state;
    return predictors(models).find(({ id }) => id === saved.subject?.modelId);
  }

  /** Another engine is asked from now on, or the same on another device. */
  forget(): void {
    this.#known.clear();
  }

  /** For the place in the branches where the user is. Never rejects: what goes wrong is in the state. */
  async start(subject: Subject): Promise<void> {
    const model = this.#model;
    this.#scoring.abort();
    this.store.update({ isWriting: false });
    const words = `Running ${model ? shortName(model) : 'the model'}`;
    const done = await this.store.run(words, async signal => {
      if (!model) {
        throw new EngineError('model-missing', 'No model that predicts is installed.');
      }
      const shown: Shown = await (fillsMasks(model)
        ? this.#fill(subject, signal)
        : this.#predict(subject, signal));
      return { shown, device: shown.device, pointed: undefined };
    });
    if (done) {
      this.onShown();
      await this.#score(subject);
    }
  }

  /** How far each token of the text was expected, where that is asked for; what is pressed meanwhile goes first. */
  async #score(subject: Subject): Promise<void> {
    const { saved, scores, shown } = this.store.state;
    if (saved.coloring === 'off' || scores?.subject === subject || shown?.kind !== 'next') {
      return;
    }
    this.#scoring = new AbortController();
    const { signal } = this.#scoring;
    try {
      const { modelId, segments } = subject;
      const scored = await this.client().score({ modelId, text: segments[0].text }, { signal });
      if (!signal.aborted) {
        const { logProbabilities, ranks } = scored;
        this.store.update({ scores: { subject, logProbabilities, ranks } });
      }
    } catch {
      // The text stays without colours, and the next run tries again.
    }
  }

  async #predict(subject: Subject, signal: AbortSignal): Promise<ShownPrediction> {
    const { saved, place } = this.store.state;
    const { modelId, segments } = subject;
    const branches = branchesOf(saved);
    const read = readTokens(this.store.state);
    const own = place === undefined ? undefined : read?.tokens[place];
    void this.spellings.spell(
      modelId,
      branches.nodes.map(({ id }) => id),
    );
    const request = {
      modelId,
      ...(own && read
        ? // By their ids: the text before a token, cut anew, might be other tokens.
          { text: '', appended: read.tokens.slice(0, place).map(({ id }) => id) }
        : { text: segments[0].text, appended: appendedIds(branches) }),
      top: 1,
      logitLens: saved.lens,
    };
    void this.#tokenize(subject, signal);
    const isNew = !this.#known.has(keyOf({ ...request, trackedToken: saved.watched }));
    let known = await this.#ask({ ...request, trackedToken: saved.watched }, signal);
    // Which token is the most probable is known only now; what it reads is there already.
    const [best] = known.distribution.ids;
    if (saved.lens && saved.watched === undefined && best !== undefined) {
      known = await this.#ask({ ...request, trackedToken: best }, signal);
    }
    signal.throwIfAborted();
    const { prediction, distribution, device } = known;
    void this.spellings.spell(modelId, [
      ...distribution.ids.subarray(0, maxBars),
      ...(prediction.lens ?? []).flatMap(({ candidates }) => candidates.map(({ id }) => id)),
    ]);
    if (isNew) {
      this.#tellHost(prediction, device);
    }
    if (!own) {
      this.#keepTokens(subject, prediction, request.appended.length);
    }
    return {
      ...{ kind: 'next', subject, at: branches.at, prediction, distribution, device },
      ...{ place: own && place, ownId: own?.id },
    };
  }

  #keepTokens(subject: Subject, { source, dropped }: Prediction, appended: number): void {
    if (this.store.state.read?.subject === subject) {
      return;
    }
    const tokens = source.slice(0, source.length - appended);
    this.store.update({ read: { subject, tokens, dropped } });
    // Of a character that is cut into tokens each is drawn by its bytes.
    const parts = tokens.filter(
      ({ start }, index) =>
        tokens[index - 1]?.start === start || tokens[index + 1]?.start === start,
    );
    void this.spellings.spell(
      subject.modelId,
      parts.map(({ id }) => id),
    );
  }

  /** Before the first prediction, the text as the model reads it: the tokenizer is there long before the model. */
  async #tokenize(subject: Subject, signal: AbortSignal): Promise<void> {
    const { modelId, segments } = subject;
    const [{ text }] = segments;
    if (this.store.state.shown || text.length > maxTokenizedAhead) {
      return;
    }
    try {
      const { tokens } = await this.client().tokenize({ modelId, text }, { signal });
      if (!signal.aborted) {
        this.store.update({ tokenized: { subject, tokens } });
      }
    } catch {
      // The run, which needs the same files, fails too and says so.
    }
  }

  async #ask(request: Parameters<EngineClient['predict']>[0], signal: AbortSignal): Promise<Known> {
    const key = keyOf(request);
    let known = this.#known.get(key);
    if (!known) {
      const prediction = await this.client().predict(request, { signal });
      const device = this.client().device ?? { device: prediction.device, reason: '' };
      known = { prediction, distribution: distributionOf(prediction.logits.values), device };
      this.#known.set(key, known);
    }
    return known;
  }

  async #fill(subject: Subject, signal: AbortSignal): Promise<ShownMasks> {
    const { modelId, segments, sentence } = subject;
    const { saved, shown: before } = this.store.state;
    const text = saved.filled ?? sentence?.text ?? segments[0].text;
    const analyze = (masked: readonly number[]) =>
      this.client().analyze(
        { modelId, text, masked, top: maxMaskCandidates, attention: false },
        { signal },
      );
    // Which tokens a word is cut into is known only when it was read.
    const masked =
      saved.masked ?? wordAt((await analyze([])).source, text, sentence?.caret ?? text.length);
    const analysis = await analyze(masked);
    const device = this.client().device ?? { device: analysis.device, reason: '' };
    signal.throwIfAborted();
    this.#tellHost(analysis, device);
    const filled =
      before?.kind === 'masks' && before.subject === subject && before.text !== text
        ? before.masked.find(index => !masked.includes(index))
        : undefined;
    const change =
      before?.kind === 'masks' && filled !== undefined
        ? { index: filled, places: changesOf(before.analysis, analysis, filled, masked) }
        : undefined;
    return { kind: 'masks', subject, text, masked, analysis, change, device };
  }

  #tellHost({ modelId, source, runMs }: Prediction | Analysis, device: DeviceReport): void {
    void this.host.analysed({ modelId, device, tokenCount: source.length, runMs });
  }
}

const keyOf = ({
  modelId,
  text,
  appended,
  logitLens,
  trackedToken: watched,
}: Parameters<EngineClient['predict']>[0]): string =>
  JSON.stringify([modelId, text, appended, logitLens, logitLens ? watched : undefined]);
