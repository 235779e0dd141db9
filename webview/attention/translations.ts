import { html, nothing, type TemplateResult } from 'lit';
import { hasAttention } from '../../src/shared/abilities';
import { EngineError } from '../../src/shared/errors';
import type { Manifest } from '../../src/shared/manifest';
import { causeOf } from '../elements/errorNotice';
import { icon } from '../elements/icons';
import type { Actions } from './actions';
import type { AttentionState, Shown, Translated } from './attentionState';
import { rareWordsInWords } from '../page/rareWords';

const noOthers: Translated['byModel'] = new Map();

/** What the translators have made of the text, each under its year; a click shows how one looked at it. */
export function translations(
  { analysis, subject }: Shown,
  { models, translated }: AttentionState,
  actions: Actions,
): TemplateResult | typeof nothing {
  if (analysis.targetText === undefined) {
    return nothing;
  }
  const byModel = translated?.text === subject.segments[0].text ? translated.byModel : noOthers;
  const own = analysis.targetText;
  const rare = rareWordsInWords(subject.segments[0].text, analysis.rareWords);
  const translators = models.filter(({ id }) => id === analysis.modelId || byModel.has(id));
  // It may be long, and then scrolls: the keyboard must reach it.
  return html`<section class="translations" aria-label="Translation" tabindex="0">
    ${translators.map(model =>
      row(
        model,
        model.id === analysis.modelId ? own : byModel.get(model.id),
        { isShown: model.id === analysis.modelId, isOnly: translators.length === 1 },
        actions,
      ),
    )}
    ${rare === undefined ? nothing : html`<p class="quiet rare">${icon('info')}${rare}</p>`}
  </section>`;
}

function row(
  model: Manifest,
  translation: string | EngineError | undefined,
  { isShown, isOnly }: { readonly isShown: boolean; readonly isOnly: boolean },
  actions: Actions,
): TemplateResult {
  const text = typeof translation === 'string' ? translation : undefined;
  return html`<div class=${`translation${isShown ? ' shown' : ''}`}>
    ${isOnly ? nothing : translator(model, isShown, actions)}
    ${
      translation instanceof EngineError
        ? html`<p class="quiet">${causeOf(translation.code)}</p>`
        : html`<p
            class=${text === undefined ? 'quiet' : ''}
            lang=${model.languages?.target ?? nothing}
          >
            ${text ?? '…'}
          </p>`
    }
    ${
      text
        ? html`<button
            class="icon-button"
            title="Copy the translation"
            aria-label=${isOnly ? 'Copy the translation' : `Copy the translation, ${model.year}`}
            @click=${() => actions.copy(text)}
          >
            ${icon('copy')}
          </button>`
        : nothing
    }
  </div>`;
}

function translator(model: Manifest, isShown: boolean, actions: Actions): TemplateResult {
  const words = html`<span class="year">${model.year}</span>
    ${model.name.replace(/ \(.*\)$/u, '')}`;
  return hasAttention(model)
    ? html`<button
        class="text-button translator"
        aria-pressed=${isShown}
        title="Show how it looked at the text"
        @click=${() => actions.chooseModel(model.id)}
      >
        ${words}
      </button>`
    : html`<span
        class="translator quiet"
        title="It hands on nothing but its last state: there is no attention to show"
        >${words}</span
      >`;
}
