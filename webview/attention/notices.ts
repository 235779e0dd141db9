/** What stands above the picture: what a reader must know of it, and the translation with those of other searches. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../elements/icons';
import type { Actions } from './actions';
import type { AttentionState, Shown, Translated } from './attentionState';
import { unknownIn, unknownWords } from '../matrix/units';
import { hasAttention } from '../../src/common/protocol/engine/capabilities';
import { EngineError } from '../../src/common/errors';
import type { Manifest } from '../../src/common/protocol/manifest';
import { causeOf } from '../elements/errorNotice';
import { cautionOf, nothingWritten } from '../common/caution';
import { count, thousands } from '../common/numbers';

export const selectTitle = 'Show Attention for the Selection';

/** Nothing to look at yet: one sentence, one button. */
export function emptyNotice(actions: Actions): TemplateResult {
  return html`<div class="notice">
    <p>Select some text in an editor to see which words a model looks at while it reads them.</p>
    <vscode-button @click=${actions.showSelection}>${selectTitle}</vscode-button>
  </div>`;
}

/** What of the text is not in the picture, and the means to move along it. */
export function cutNotice(
  { analysis, subject }: Shown,
  state: AttentionState,
  actions: Actions,
): TemplateResult | typeof nothing {
  const { start, count: size, total } = analysis.window;
  const isWindowed = size < total;
  const inPair = analysis.dropped - (total - size);
  const isWithoutB =
    inPair <= 0 &&
    subject.segments.length === 2 &&
    !analysis.source.some(token => token.segment === 1);
  const unknown = unknownIn(analysis);
  const isWhole = !isWindowed && inPair <= 0 && subject.cutLength === 0 && !isWithoutB;
  if (isWhole && unknown === 0) {
    return nothing;
  }
  const last = total - size;
  const at = Math.min(state.saved.windowStart, last);
  return html`<div class="cut">
    ${
      isWindowed
        ? html`<button
              class="icon-button"
              aria-label="Back along the text"
              title="Back along the text"
              ?disabled=${at === 0}
              @click=${() => actions.moveWindow(Math.max(0, at - Math.ceil(size / 2)))}
            >
              ${icon('chevron-left')}
            </button>
            <input
              type="range"
              min="0"
              max=${last}
              .value=${String(at)}
              aria-label="First token shown"
              aria-valuetext=${`Token ${thousands(start + 1)} of ${thousands(total)}`}
              @change=${(event: Event) => {
                if (event.target instanceof HTMLInputElement) {
                  actions.moveWindow(event.target.valueAsNumber);
                }
              }}
            />
            <button
              class="icon-button"
              aria-label="On along the text"
              title="On along the text"
              ?disabled=${at === last}
              @click=${() => actions.moveWindow(Math.min(last, at + Math.ceil(size / 2)))}
            >
              ${icon('chevron-right')}
            </button>
            <span
              >${thousands(size)} of ${count(total, 'token')} shown, from number
              ${thousands(start + 1)}</span
            >`
        : nothing
    }
    ${unknown > 0 ? html`<span>${unknownWords(unknown)}</span>` : nothing}
    ${isWithoutB ? html`<span>This model reads one text: the second is left out.</span>` : nothing}
    ${inPair > 0 ? html`<span>${count(inPair, 'token')} of sentence B left out.</span>` : nothing}
    ${
      subject.cutLength > 0
        ? html`<span
            >The selection was too long to take whole: its last
            ${count(subject.cutLength, 'character')} were left out.</span
          >`
        : nothing
    }
  </div>`;
}

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
