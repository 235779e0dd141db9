/** The translation above the picture, and those of other searches. */
import { html, nothing, type TemplateResult } from 'lit';
import { hasAttention } from '../../src/common/protocol/engine/capabilities';
import { EngineError } from '../../src/common/errors';
import type { Manifest } from '../../src/common/protocol/manifest';
import { causeOf } from '../elements/errorNotice';
import { icon } from '../elements/icons';
import type { Actions } from './actions';
import type { AttentionState, Shown, Translated } from './attentionState';
import { cautionOf, nothingWritten } from '../common/caution';

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
  const caution = cautionOf(subject.segments[0].text, analysis);
  const translators = models.filter(({ id }) => id === analysis.modelId || byModel.has(id));
  // It may be long, and then scrolls: the keyboard must reach it.
  return html`<section class="translations" aria-label="Translation" tabindex="0">
    ${caution === undefined ? nothing : html`<p class="quiet caution">${icon('info')}${caution}</p>`}
    ${translators.map(model =>
      row(
        model,
        model.id === analysis.modelId ? own : byModel.get(model.id),
        { isShown: model.id === analysis.modelId, isOnly: translators.length === 1 },
        actions,
      ),
    )}
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
        : // Of those that are not looked at the first lines are enough.
          html`<p
            class=${text ? '' : 'quiet'}
            lang=${(text && model.languages?.target) || nothing}
            title=${(!isShown && text) || nothing}
          >
            ${text === '' ? nothingWritten : (text ?? '…')}
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
