/** Translates the sentences of a subject, one at a time: first the one that is looked at, by every translator. */
import type { EngineClient } from '../../src/common/engineClient/engineClient';
import { asEngineError } from '../../src/common/errors';
import type { Manifest } from '../../src/common/protocol/manifest';
import type { Store } from '../common/store';
import type { AttentionState, Translation } from './attentionState';
import type { Shown } from './text/shown';
import { sentencesOf } from './text/readText';

/** The models that translate, the newest first. */
export const translatorsAmong = (models: readonly Manifest[]): readonly Manifest[] =>
  models.filter(({ languages }) => languages).toSorted((a, b) => b.year - a.year);

/** The same for the same text and search alone. */
export const translationKey = (subject: Shown['subject'], beams: number): string =>
  JSON.stringify([beams, ...subject.segments.map(({ text }) => text)]);

export class SentenceTranslator {
  #own = new AbortController();
  #last: { readonly shown: Shown; readonly signal: AbortSignal } | undefined;

  constructor(
    private readonly store: Store<AttentionState>,
    private readonly client: () => EngineClient,
  ) {}

  /** Ends what it is at; what is translated stays. */
  stop(): void {
    this.#own.abort();
  }

  /** Goes on after it was stopped, or with what is to be translated besides. */
  async goOn(): Promise<void> {
    if (this.#last && !this.#last.signal.aborted) {
      await this.run(this.#last.shown, this.#last.signal);
    }
  }

  /**
   * Begins with what is known of the same text. Where the picture is of a part of its sentence, the others would
   * translate another text than that, and do not.
   *
   * @param shown the picture that has just been painted.
   * @param signal ends it when another run begins.
   */
  async run(shown: Shown, signal: AbortSignal): Promise<void> {
    const { subject, analysis, given } = shown;
    const { sentence } = shown.read;
    this.#last = { shown, signal };
    if (!sentence || analysis.targetText === undefined) {
      return;
    }
    this.#own.abort();
    this.#own = new AbortController();
    const own = this.#own;
    const ended = AbortSignal.any([signal, own.signal]);
    const { settings, models, saved } = this.store.state;
    const key = translationKey(subject, settings.beams);
    const before = this.store.state.translated;
    const known = before?.key === key ? before.byModel : new Map<string, readonly Translation[]>();
    const translators = translatorsAmong(models);
    const texts = sentencesOf(subject).map(({ text }) => text);
    const byModel = new Map(
      translators.map(({ id }) => [id, texts.map((_, index) => known.get(id)?.[index])] as const),
    );
    const show = (at?: number) => {
      const copy = [...byModel].map(([id, list]) => [id, [...list]] as const);
      this.store.update({ translated: { key, byModel: new Map(copy), at } });
    };
    const ofShown = byModel.get(analysis.modelId);
    if (ofShown && !given) {
      ofShown[sentence.index] = analysis.targetText;
    }
    show();
    const [newest] = translators;
    const rest = texts.flatMap((_, index) => (index === sentence.index ? [] : [index]));
    const tasks = [
      ...(analysis.dropped > 0 ? [] : translators.map(({ id }) => [id, sentence.index] as const)),
      ...(newest ? rest.map(index => [newest.id, index] as const) : []),
      ...(saved.comparesAll
        ? rest.flatMap(index => translators.slice(1).map(({ id }) => [id, index] as const))
        : []),
    ];
    for (const [id, index] of tasks) {
      const list = byModel.get(id);
      if (list && list[index] === undefined) {
        show(index);
        const translation = await this.#translate(id, texts[index] ?? '', ended);
        if (ended.aborted) {
          break;
        }
        list[index] = translation;
      }
    }
    // Where another run has begun, that one says how far it is.
    if (!signal.aborted && this.#own === own) {
      show();
    }
  }

  async #translate(modelId: string, text: string, signal: AbortSignal): Promise<Translation> {
    const strategy = { kind: 'beam', beams: this.store.state.settings.beams } as const;
    try {
      return (await this.client().generate({ modelId, text, strategy }, { signal })).text;
    } catch (cause) {
      return asEngineError(cause);
    }
  }
}
