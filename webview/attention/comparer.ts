/** Runs what the picture is compared with: a second sentence, or the same text in a second model. */
import type { EngineClient } from '../../src/common/engineClient/engineClient';
import { asEngineError } from '../../src/common/errors';
import { hasAttention } from '../../src/common/protocol/engine/capabilities';
import type { Manifest } from '../../src/common/protocol/manifest';
import type { Subject } from '../../src/common/protocol/pages/subject';
import type { Store } from '../common/store';
import type { AttentionState, Compared } from './attentionState';
import { type ReadText, readTextOf } from './text/readText';

/** Nothing is compared, or nothing that takes a run. */
export const nothingCompared: Compared = { shown: undefined, isRunning: false, error: undefined };

/** While a sentence is typed, a run begins this long after the last letter. */
const pauseMs = 250;

/** Runs one comparison at a time; a newer one ends the older. */
export class Comparer {
  #running: { readonly key: string; readonly controller: AbortController } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly store: Store<AttentionState>,
    private readonly client: () => EngineClient,
  ) {}

  /** Has the state hold what the comparison needs, once nothing was asked for a moment. */
  soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.update(), pauseMs);
  }

  /** Has the state hold what the comparison needs. It never rejects: what goes wrong is in the state. */
  async update(): Promise<void> {
    clearTimeout(this.#timer);
    const subject = comparedSubject(this.store.state);
    const read = subject && this.#readOf(subject);
    const key = read && keyOf(subject, read);
    if (key !== undefined && key === this.#running?.key) {
      return;
    }
    this.#running?.controller.abort();
    this.#running = undefined;
    const { shown } = this.store.state.compared;
    if (!read || key === undefined) {
      this.#show(nothingCompared);
      return;
    }
    if (shown && keyOf(shown.subject, shown.read) === key) {
      this.#show({ shown, isRunning: false, error: undefined });
      return;
    }
    const controller = new AbortController();
    const running = { key, controller };
    this.#running = running;
    this.#show({ shown, isRunning: true, error: undefined });
    const result = await this.#run(subject, read, controller.signal);
    if (this.#running === running) {
      this.#running = undefined;
      this.#show(result);
    }
  }

  #readOf(subject: Subject): ReadText {
    const { models, saved, settings } = this.store.state;
    const model = models.find(({ id }) => id === subject.modelId);
    return { ...readTextOf(subject, model, saved.sentence), beams: settings.beams };
  }

  async #run(subject: Subject, read: ReadText, signal: AbortSignal): Promise<Compared> {
    const { modelId } = subject;
    const { text, textPair, place } = read;
    try {
      const client = this.client();
      const found = await client.analyze(
        { modelId, text, textPair, beams: read.beams },
        { signal },
      );
      const device = client.device ?? { device: found.device, reason: '' };
      const analysis = { ...found, source: found.source.map(place) };
      return { shown: { subject, read, analysis, device }, isRunning: false, error: undefined };
    } catch (cause) {
      return { ...nothingCompared, error: asEngineError(cause) };
    }
  }

  #show(compared: Compared): void {
    const { shown, isRunning, error } = this.store.state.compared;
    const isNew =
      compared.shown !== shown || compared.isRunning !== isRunning || compared.error !== error;
    if (isNew) {
      this.store.update({ compared });
    }
  }
}

/** The second model of a comparison: the one chosen, else the first other that has attention. */
export function otherModel({
  models,
  saved,
}: Pick<AttentionState, 'models' | 'saved'>): Manifest | undefined {
  const others = otherModels({ models, saved });
  return others.find(({ id }) => id === saved.compare?.modelId) ?? others[0];
}

/** All models that the text can be compared in. */
export const otherModels = ({
  models,
  saved,
}: Pick<AttentionState, 'models' | 'saved'>): readonly Manifest[] =>
  models.filter(model => hasAttention(model) && model.id !== saved.subject?.modelId);

/** What is to be run for the comparison; undefined where nothing is. */
function comparedSubject(state: AttentionState): Subject | undefined {
  const { saved, shown } = state;
  const { compare } = saved;
  if (!shown || !compare) {
    return undefined;
  }
  const text = compare.text ?? '';
  if (compare.with === 'sentence' && text.trim() !== '') {
    const { modelId } = shown.subject;
    return { modelId, segments: [{ text }], label: text, cutLength: 0 };
  }
  const model = compare.with === 'model' ? otherModel(state) : undefined;
  if (!model) {
    return undefined;
  }
  return { ...shown.subject, modelId: model.id };
}

const keyOf = ({ modelId }: Subject, { text, textPair }: ReadText) =>
  JSON.stringify([modelId, text, textPair]);
