/** The translation above its picture: the newest translator's first and whole, then what the others made of the sentence. */
import { html, nothing, type TemplateResult } from 'lit';
import { hasAttention } from '../../src/common/protocol/engine/capabilities';
import { EngineError } from '../../src/common/errors';
import type { Manifest } from '../../src/common/protocol/manifest';
import { maxBeams } from '../../src/common/protocol/pages/page';
import { cautionOf, nothingWritten } from '../common/caution';
import { thousands } from '../common/numbers';
import { causeOf } from '../elements/errorNotice';
import { icon } from '../elements/icons';
import type { Actions } from './actions';
import type { AttentionState, Translated, Translation } from './attentionState';
import type { Shown } from './text/shown';
import type { ReadText } from './text/readText';
import { overwriteRow } from './overwriteRow';
import { translationKey, translatorsAmong } from './sentenceTranslator';
import type { ViewModel } from './viewModel';

/** What the view is made of. */
interface Scene {
  readonly shown: Shown;
  readonly state: AttentionState;
  readonly sentence: NonNullable<ReadText['sentence']>;
  /** The newest first. */
  readonly translators: readonly Manifest[];
  readonly translationOf: (modelId: string, index: number) => Translation;
  readonly actions: Actions;
}

/** The whole of it; nothing where no model translates. */
export function translations(
  viewModel: ViewModel,
  state: AttentionState,
  actions: Actions,
): TemplateResult | typeof nothing {
  const { shown } = viewModel;
  const { analysis, subject, read } = shown;
  const { sentence } = read;
  if (analysis.targetText === undefined || !sentence) {
    return nothing;
  }
  const { models, settings, saved } = state;
  const known =
    state.translated?.key === translationKey(subject, settings.beams)
      ? state.translated
      : undefined;
  const scene: Scene = {
    ...{ shown, state, sentence, actions },
    translators: translatorsAmong(models),
    translationOf: (modelId, index) =>
      known?.byModel.get(modelId)?.[index] ??
      (modelId === analysis.modelId && index === sentence.index && !shown.given
        ? analysis.targetText
        : undefined),
  };
  const [newest, ...others] = scene.translators;
  const caution = cautionOf(read.text, analysis);
  const isOne = sentence.all.length === 1;
  return html`<section class="translations" aria-label="Translation">
    ${newest ? whole(newest, scene) : nothing} ${isOne ? nothing : chooser(scene, known)}
    ${caution === undefined ? nothing : html`<p class="quiet caution">${icon('info')}${caution}</p>`}
    ${others.map(model => ofSentence(model, scene))}
    ${
      !isOne && saved.comparesAll
        ? html`<ol class="all-sentences" tabindex="0" aria-label="All sentences by all translators">
            ${sentence.all.map((_, index) => compared(index, scene))}
          </ol>`
        : nothing
    }
    <div class="translation-bar">
      ${beams(settings.beams, actions)} ${overwriteRow(viewModel, state, actions)}
    </div>
  </section>`;
}

/** Of more sentences than this only those around the one that is looked at stand above the picture. */
const maxWhole = 4;

/** The text of the newest translator, sentence by sentence. */
function whole(model: Manifest, scene: Scene): TemplateResult {
  const { sentence, translationOf, translators, actions } = scene;
  const { length } = sentence.all;
  const [from, to] = length <= maxWhole ? [0, length] : [sentence.index - 1, sentence.index + 2];
  const parts = sentence.all.map((_, index) => translationOf(model.id, index));
  const isDone = parts.every(part => part !== undefined);
  const text = parts.map(part => (typeof part === 'string' ? part : '…')).join(' ');
  return html`<div class=${`translation newest${isShown(model, scene) ? ' shown' : ''}`}>
    ${translators.length === 1 ? nothing : nameOf(model, scene)}
    <p lang=${model.languages?.target ?? nothing}>
      ${from > 0 ? '… ' : nothing}${parts.map((part, index) =>
        index < from || index >= to
          ? nothing
          : length === 1
            ? written(part)
            : html`<span
                class=${`part${index === sentence.index ? ' current' : ''}`}
                @click=${() => actions.chooseSentence(index)}
                @pointerenter=${() => actions.pointSentence(index)}
                @pointerleave=${() => actions.pointSentence(undefined)}
                >${written(part)}</span
              > `,
      )}
    </p>
    ${isDone && text !== '' ? copyButton(text, model, translators.length === 1, actions) : nothing}
  </div>`;
}

/** Which of several sentences is looked at, and how far the translation is. */
function chooser({ sentence, state, actions }: Scene, known: Translated | undefined) {
  const { index, all } = sentence;
  const step = (to: number, title: string, name: 'chevron-left' | 'chevron-right') =>
    html`<button
      class="icon-button"
      aria-label=${title}
      title=${title}
      ?disabled=${to < 0 || to >= all.length}
      @click=${() => actions.chooseSentence(to)}
    >
      ${icon(name)}
    </button>`;
  const [newest] = translatorsAmong(state.models);
  const done = (known?.byModel.get(newest?.id ?? '') ?? []).filter(one => one !== undefined).length;
  const { comparesAll } = state.saved;
  return html`<div class="sentence-chooser">
    ${step(index - 1, 'The sentence before', 'chevron-left')}
    <span aria-live="polite"
      >Sentence ${thousands(index + 1)} of ${thousands(all.length)} is looked at</span
    >
    ${step(index + 1, 'The next sentence', 'chevron-right')}
    ${
      done < all.length
        ? html`<span class="quiet" role="status"
              >${thousands(done)} of ${thousands(all.length)} translated</span
            >
            ${
              known?.at === undefined
                ? html`<button class="text-button" @click=${actions.goOnTranslating}>Go On</button>`
                : html`<button class="text-button" @click=${actions.stopTranslating}>Stop</button>`
            }`
        : nothing
    }
    <button
      class="text-button"
      aria-expanded=${comparesAll}
      @click=${() => actions.compareAll(!comparesAll)}
    >
      ${comparesAll ? 'Fold the sentences' : 'All sentences, all translators'}
    </button>
  </div>`;
}

/** What an older translator made of the sentence that is looked at, short. */
function ofSentence(model: Manifest, scene: Scene): TemplateResult {
  const { sentence, translationOf, actions } = scene;
  const translation = translationOf(model.id, sentence.index);
  const text = typeof translation === 'string' ? translation : '';
  return html`<div class=${`translation${isShown(model, scene) ? ' shown' : ''}`}>
    ${nameOf(model, scene)}
    <p
      class=${text ? '' : 'quiet'}
      lang=${(text && model.languages?.target) || nothing}
      title=${text || nothing}
    >
      ${written(translation)}
    </p>
    ${text ? copyButton(text, model, false, actions) : nothing}
  </div>`;
}

/** A sentence and what each translator made of it. */
function compared(index: number, { sentence, translators, translationOf, actions }: Scene) {
  const source = sentence.all[index];
  return html`<li
    class=${index === sentence.index ? 'current' : ''}
    @click=${() => actions.chooseSentence(index)}
  >
    <p lang=${translators[0]?.languages?.source ?? nothing}>${source?.text}</p>
    <dl>
      ${translators.map(
        ({ id, year, languages }) =>
          html`<div>
            <dt class="quiet">${year}</dt>
            <dd lang=${languages?.target ?? nothing}>${written(translationOf(id, index))}</dd>
          </div>`,
      )}
    </dl>
  </li>`;
}

/** A translation, or why there is none. */
export function written(translation: Translation): string {
  return translation instanceof EngineError
    ? causeOf(translation.code)
    : translation === ''
      ? nothingWritten
      : (translation ?? '…');
}

const isShown = ({ id }: Manifest, { shown }: Scene) => id === shown.analysis.modelId;

const copyButton = (text: string, { year }: Manifest, isOnly: boolean, actions: Actions) =>
  html`<button
    class="icon-button"
    title="Copy the translation"
    aria-label=${isOnly ? 'Copy the translation' : `Copy the translation, ${year}`}
    @click=${() => actions.copy(text)}
  >
    ${icon('copy')}
  </button>`;

function nameOf(model: Manifest, scene: Scene): TemplateResult {
  const words = html`<span class="year">${model.year}</span>
    ${model.name.replace(/ \(.*\)$/u, '')}`;
  return hasAttention(model)
    ? html`<button
        class="text-button translator"
        aria-pressed=${isShown(model, scene)}
        title="Show how it looked at the text"
        @click=${() => scene.actions.chooseModel(model.id)}
      >
        ${words}
      </button>`
    : html`<span
        class="translator quiet"
        title="It hands on nothing but its last state: there is no attention to show"
        >${words}</span
      >`;
}

/** How many hypotheses a translator keeps while it searches. */
const beams = (chosen: number, actions: Actions): TemplateResult =>
  html`<label
    title="How many hypotheses the search keeps at each word. With 1 it takes the most probable word each time."
    >Beams
    <select
      @change=${(event: Event) => {
        if (event.target instanceof HTMLSelectElement) {
          actions.setBeams(Number(event.target.value));
        }
      }}
    >
      ${Array.from({ length: maxBeams }, (_, index) => index + 1).map(
        amount =>
          html`<option
            value=${amount}
            ?selected=${amount === chosen}
            .selected=${amount === chosen}
          >
            ${amount}
          </option>`,
      )}
    </select></label
  >`;
